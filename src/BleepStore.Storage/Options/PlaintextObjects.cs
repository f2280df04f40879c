namespace BleepStore.Storage;

/// <summary>What a store with <c>WithEncryption</c> does with objects that are not encrypted.</summary>
public enum PlaintextObjects
{
    /// <summary>
    /// A read is <see cref="StorageErrorCode.BadDigest"/>. Nobody can put bytes of their own in the place of an object.
    /// </summary>
    Refuse = 0,

    /// <summary>
    /// A read returns the bytes as they are. Whoever can write to the upstream can then replace an object by one that is not encrypted. For
    /// the time in which a store is moved to encryption.
    /// </summary>
    PassThrough,
}
