namespace BleepStore.Storage.Backends;

/// <summary>One object whose properties are wanted.</summary>
public sealed record HeadRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// Whether a write or a condition is decided by the answer, so a decorator must not answer from a cache that can be out of date.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool IsForWrite { get; init; }
}
