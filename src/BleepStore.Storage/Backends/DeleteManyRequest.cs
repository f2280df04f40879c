namespace BleepStore.Storage.Backends;

/// <summary>Objects to delete.</summary>
public sealed record DeleteManyRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The keys: 1 to 1,000, distinct.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>How many requests may be under way at a time. Default: 1.</summary>
    public int MaxConcurrency { get; init; } = 1;
}
