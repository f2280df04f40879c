namespace BleepStore.Storage.Backends;

/// <summary>One object whose properties are wanted.</summary>
public sealed record HeadRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }
}
