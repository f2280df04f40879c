namespace BleepStore.Storage;

/// <summary>How to create a bucket. Immutable and thread-safe.</summary>
public sealed record CreateBucketOptions
{
    /// <summary>
    /// Whether an existing bucket is success. By default it fails with <see cref="StorageErrorCode.BucketAlreadyExists"/>.
    /// </summary>
    public bool IfNotExists { get; init; }
}
