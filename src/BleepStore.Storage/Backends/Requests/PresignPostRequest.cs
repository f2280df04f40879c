namespace BleepStore.Storage.Backends;

/// <summary>A form to sign, by which a browser uploads a file.</summary>
public sealed record PresignPostRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>What the key begins with, which can be empty; or the key, where <see cref="PresignPostOptions.IsWholeKey"/>.</summary>
    public required string KeyPrefix { get; init; }

    /// <summary>How long the form is good for: whole seconds, from 1 second to 7 days.</summary>
    public required TimeSpan ExpiresIn { get; init; }

    /// <summary>What the form binds. Metadata names are lower case.</summary>
    public PresignPostOptions Options { get; init; } = PresignPostOptions.Default;
}
