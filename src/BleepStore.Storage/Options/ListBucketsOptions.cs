namespace BleepStore.Storage;

/// <summary>The query of a listing of buckets. Immutable and thread-safe.</summary>
public sealed record ListBucketsOptions
{
    internal static ListBucketsOptions Default { get; } = new();

    /// <summary>
    /// Only buckets whose names begin with this. A prefix that no name can have finds nothing. The default is empty, which means all.
    /// </summary>
    public string Prefix { get; init; } = "";

    /// <summary>How many buckets one request asks for, from 1 to 1,000. The default is 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
