namespace BleepStore.Storage;

/// <summary>Which buckets to list. Immutable and thread-safe.</summary>
public sealed record ListBucketsOptions
{
    internal static ListBucketsOptions Default { get; } = new();

    /// <summary>Only buckets whose names begin with this. A prefix that no name can have finds nothing. Default: empty, all.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>How many buckets are asked for at a time: 1 to 1,000. Default: 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
