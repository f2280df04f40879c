namespace BleepStore.Storage.Backends;

/// <summary>A form to sign, by which a browser uploads a file.</summary>
public sealed record PresignPostRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>
    /// The beginning of the key, which can be empty. With <see cref="PresignPostOptions.IsWholeKey"/> it is the whole key.
    /// </summary>
    public required string KeyPrefix { get; init; }

    /// <summary>How long the form is good for, in whole seconds from 1 second to 7 days.</summary>
    public required TimeSpan ExpiresIn { get; init; }

    /// <summary>The options that the form binds. Metadata names are lower case.</summary>
    public PresignPostOptions Options { get; init; } = PresignPostOptions.Default;
}
