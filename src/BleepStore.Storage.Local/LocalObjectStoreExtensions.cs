using BleepStore.Storage.Local;

namespace BleepStore.Storage;

/// <summary>What stores on the local disk can do beside.</summary>
public static class LocalObjectStoreExtensions
{
    /// <summary>
    /// Verifies that the objects of a bucket have the bytes of their ETags. Call it after files were restored from a backup, copied or
    /// moved to another disk. It works beside readers and writers, and reads one object at a time.
    /// </summary>
    /// <remarks>
    /// An object in doubt that has its bytes gets its record written anew, so it is not in doubt any more. Decorators of the store are
    /// passed by: the keys are those on the disk, and the bytes are compared as they are stored. Objects that are written meanwhile may be
    /// verified or not.
    /// </remarks>
    /// <param name="store">A store on the local disk.</param>
    /// <param name="bucket">The name of the bucket.</param>
    /// <param name="options">What to read, and who is told of it. Default: objects in doubt, and nobody.</param>
    /// <param name="cancellationToken">Stops the verification. What was found so far stays written down.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchBucket"/>, or <see cref="StorageErrorCode.NotSupported"/> for a store that is elsewhere.
    /// </exception>
    public static async Task<LocalVerifyReport> VerifyAsync(
        this ObjectStore store, string bucket, LocalVerifyOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        string name = store.GetBucket(bucket).Name;
        return store.GetService<LocalBackend>() is { } backend
            ? await backend.VerifyAsync(name, options ?? new LocalVerifyOptions(), cancellationToken).ConfigureAwait(false)
            : throw new StorageException(
                StorageErrorCode.NotSupported,
                "The store does not keep its objects on the local disk. Only a store of UseLocal or LocalStore can be verified.");
    }
}
