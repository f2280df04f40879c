using BleepStore.Storage.Checks;

namespace BleepStore.Storage.Backends;

/// <summary>A URL to sign for one object.</summary>
public sealed record PresignRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The request that the URL allows.</summary>
    public required PresignMethod Method { get; init; }

    /// <summary>The HTTP method of <see cref="Method"/>, which is <c>GET</c>, <c>PUT</c>, <c>HEAD</c> or <c>DELETE</c>.</summary>
    public string HttpMethod => PresignRules.HttpMethodOf(Method);

    /// <summary>How long the URL is good for, in whole seconds from 1 second to 7 days.</summary>
    public required TimeSpan ExpiresIn { get; init; }

    /// <summary>The options that the URL binds. Only options that belong to the method are set. Metadata names are lower case.</summary>
    public PresignOptions Options { get; init; } = PresignOptions.Default;
}
