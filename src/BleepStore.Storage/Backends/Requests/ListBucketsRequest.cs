namespace BleepStore.Storage.Backends;

/// <summary>One page of the buckets.</summary>
public sealed record ListBucketsRequest
{
    /// <summary>
    /// The prefix of the bucket names to list. It has only characters of bucket names and is no longer than the longest name. The default
    /// is empty, which means all.
    /// </summary>
    public string Prefix { get; init; } = "";

    /// <summary>Only buckets whose names sort after this one. The default is all.</summary>
    public string? StartAfter { get; init; }

    /// <summary>At most this many, from 1 to 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
