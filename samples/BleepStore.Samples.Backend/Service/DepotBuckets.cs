namespace BleepStore.Samples.Backend.Service;

/// <summary>One page of a listing of buckets.</summary>
/// <param name="Buckets">The buckets, in the order of their names.</param>
/// <param name="HasMore">Whether there are more.</param>
public sealed record DepotBuckets(IReadOnlyList<DepotBucket> Buckets, bool HasMore);
