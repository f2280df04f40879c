namespace BleepStore.Storage.Backends;

/// <summary>One page of the buckets.</summary>
public sealed record ListBucketsRequest
{
    /// <summary>
    /// Only buckets whose names begin with this: characters of bucket names, at most as many as the longest name has. Default: empty, all.
    /// </summary>
    public string Prefix { get; init; } = "";

    /// <summary>Only buckets whose names sort after this one. Default: all.</summary>
    public string? StartAfter { get; init; }

    /// <summary>At most this many: 1 to 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
