namespace BleepStore.Storage;

/// <summary>How a store with <c>WithEncryption</c> treats objects that are not encrypted.</summary>
public enum PlaintextObjects
{
    /// <summary>
    /// A read fails with <see cref="StorageErrorCode.BadDigest"/>. Nobody can put bytes of their own in the place of an object.
    /// </summary>
    Refuse = 0,

    /// <summary>
    /// A read returns the bytes unchanged. A writer with access to the upstream can then replace an object by one that is not encrypted.
    /// Use it while a store is migrated to encryption.
    /// </summary>
    PassThrough,
}
