namespace BleepStore.Storage.Backends;

/// <summary>One object to delete.</summary>
public sealed record DeleteRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>What must hold at the moment of the commit. At most what the capabilities say can be tested.</summary>
    public WriteCondition Condition { get; init; }
}
