namespace BleepStore.Storage.Backends;

/// <summary>One page of the buckets.</summary>
public sealed record ListBucketsResult
{
    /// <summary>The buckets, in the order of their names.</summary>
    public required IReadOnlyList<BucketInfo> Buckets { get; init; }

    /// <summary>Whether there are more after the last of these.</summary>
    public bool IsTruncated { get; init; }
}
