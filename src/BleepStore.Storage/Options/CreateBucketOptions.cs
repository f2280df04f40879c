namespace BleepStore.Storage;

/// <summary>How to create a bucket. Immutable and thread-safe.</summary>
public sealed record CreateBucketOptions
{
    /// <summary>
    /// Whether a bucket that exists already is success. Default: <see langword="false"/>,
    /// <see cref="StorageErrorCode.BucketAlreadyExists"/>.
    /// </summary>
    public bool IfNotExists { get; init; }
}
