namespace BleepStore.Storage.Backends;

/// <summary>One object whose properties are wanted.</summary>
public sealed record HeadRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// Whether a write or a condition depends on the answer. A decorator must then not answer from a cache that can be out of date. The
    /// default is <see langword="false"/>.
    /// </summary>
    public bool IsForWrite { get; init; }
}
