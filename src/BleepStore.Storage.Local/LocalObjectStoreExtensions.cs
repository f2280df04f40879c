using BleepStore.Storage.Local;

namespace BleepStore.Storage;

/// <summary>The operations that only stores on the local disk have.</summary>
public static class LocalObjectStoreExtensions
{
    /// <summary>
    /// Verifies that the objects of a bucket have the bytes of their ETags. Call it after files were restored from a backup, copied or
    /// moved to another disk. Readers and writers can work at the same time. One object is read at a time.
    /// </summary>
    /// <remarks>
    /// An object in doubt whose bytes agree gets a new record, and is no longer in doubt. Decorators of the store are bypassed. The keys
    /// are the keys on the disk, and the bytes are compared as they are stored. Objects that are written during the verification may be
    /// verified or not.
    /// </remarks>
    /// <param name="store">A store on the local disk.</param>
    /// <param name="bucket">The name of the bucket.</param>
    /// <param name="options">
    /// The objects to read, and the receiver of the progress. By default the objects in doubt are read, and no progress is reported.
    /// </param>
    /// <param name="cancellationToken">Stops the verification. Results that are already recorded stay.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchBucket"/>, or <see cref="StorageErrorCode.NotSupported"/> for a store that is not on the local
    /// disk.
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
