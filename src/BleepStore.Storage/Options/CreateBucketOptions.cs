namespace BleepStore.Storage;

/// <summary>How to create a bucket. Immutable and thread-safe.</summary>
public sealed record CreateBucketOptions
{
    /// <summary>
    /// Whether an existing bucket is success, also where the credential may not create buckets. By default it fails with
    /// <see cref="StorageErrorCode.BucketAlreadyExists"/>.
    /// </summary>
    public bool IfNotExists { get; init; }
}
