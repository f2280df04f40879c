namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>The errors about objects whose bytes are not those that were written.</summary>
internal static class Damaged
{
    public static StorageException Header(string fault) => Create(
        $"The object is damaged: its encryption header {fault}.", cause: null);

    public static StorageException Chunk(long chunk, Exception? cause = null) => Create(
        $"The object is damaged: chunk {chunk} was changed, moved or cut, or belongs to another object.", cause);

    public static StorageException Size(long size) => Create(
        $"The object is damaged: no encrypted object has {size} bytes. It was cut or added to.", cause: null);

    public static StorageException NotEncrypted(StorageException? cause = null) => new(
        StorageErrorCode.BadDigest,
        "The object is not encrypted by this library, or its first bytes are damaged. To read objects that were stored without encryption, "
        + $"set {nameof(EncryptionOptions)}.{nameof(EncryptionOptions.PlaintextObjects)} to {nameof(PlaintextObjects.PassThrough)}.",
        cause);

    private static StorageException Create(string what, Exception? cause) => new(
        StorageErrorCode.BadDigest, $"{what} None of the damaged bytes were returned. Restore the object from a copy.", cause);
}
