namespace BleepStore.Storage.Backends;

/// <summary>One object to delete.</summary>
public sealed record DeleteRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The condition at the moment of the commit. It is at most one that the capabilities support.</summary>
    public WriteCondition Condition { get; init; }
}
