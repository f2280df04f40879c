using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>Where buckets are.</summary>
/// <param name="options">Where the store keeps them.</param>
internal sealed class GcpUpstream(GcpBackendOptions options)
{
    /// <summary>Whether all buckets are in one upstream bucket.</summary>
    public bool IsShared { get; } = options.BucketMapping == GcpBucketMapping.SharedContainer;

    /// <summary>The upstream bucket that all buckets share.</summary>
    public string Shared => options.Bucket!;

    /// <summary>The upstream bucket that holds a bucket's objects.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidBucketName"/> when Google refuses the name.</exception>
    public string Container(string bucket) =>
        IsShared ? Shared
        : GcpNames.IsOwnBucket(bucket) ? bucket
        : throw new StorageException(
            StorageErrorCode.InvalidBucketName,
            $"The bucket name '{bucket}' is not valid at Google, because it begins with goog or contains google.");

    /// <summary>The storage class of an object that is written.</summary>
    public string? ClassOf(ObjectAttributes attributes) => attributes.StorageClass ?? options.StorageClass;

    /// <summary>Explains a 404 for a request where only the bucket can be missing.</summary>
    public StorageException Missing(string bucket, StorageException cause) => IsShared ? MissingShared(cause) : NoSuchBucket(bucket, cause);

    public StorageException MissingShared(StorageException cause) => UpstreamErrors.Recode(
        cause,
        StorageErrorCode.NoSuchBucket,
        $"The upstream bucket '{Shared}' does not exist, or the credential may not read it. Create the bucket, because this library " +
        "does not.");

    public static StorageException NoSuchBucket(string bucket, StorageException? cause = null) => cause is null
        ? new StorageException(StorageErrorCode.NoSuchBucket, $"The bucket '{bucket}' does not exist. Create it first.")
        : UpstreamErrors.Recode(cause, StorageErrorCode.NoSuchBucket, $"The bucket '{bucket}' does not exist. Create it first.");
}
