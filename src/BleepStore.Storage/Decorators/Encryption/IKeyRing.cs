namespace BleepStore.Storage;

/// <summary>
/// The keys of <c>WithEncryption</c>. <see cref="KeyRing"/> holds keys in memory. An implementation over a key management service returns a
/// data key together with its wrapped form, which the object keeps. Implementations are thread-safe.
/// </summary>
/// <remarks>
/// Every object derives its own key from the data key and a random salt. So one data key can serve many objects. An implementation over a
/// service should cache its data key, and those that it has unwrapped, for some time. Each read of an object asks for its key. A ring that
/// does not have a key throws a <see cref="StorageException"/> with <see cref="StorageErrorCode.AccessDenied"/>, or a
/// <see cref="KeyNotFoundException"/>, which becomes one. Any other exception becomes <see cref="StorageErrorCode.InternalError"/>.
/// </remarks>
public interface IKeyRing
{
    /// <summary>Returns the key that encrypts the next object.</summary>
    /// <param name="cancellationToken">Stops a request to a service.</param>
    /// <returns>A key that the caller disposes.</returns>
    ValueTask<DataKey> GetCurrentKeyAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns the key that an object was encrypted with.</summary>
    /// <param name="keyId">
    /// The <see cref="DataKey.KeyId"/> that the object keeps. It has 1 to <see cref="DataKey.MaximumKeyIdLength"/> printable ASCII
    /// characters. It is not verified yet, so it can be any such text.
    /// </param>
    /// <param name="wrappedKey">
    /// The <see cref="DataKey.WrappedKey"/> that the object keeps. It is not verified yet, so it can be any bytes.
    /// </param>
    /// <param name="cancellationToken">Stops a request to a service.</param>
    /// <returns>A key that the caller disposes.</returns>
    ValueTask<DataKey> GetKeyAsync(string keyId, ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken = default);
}
