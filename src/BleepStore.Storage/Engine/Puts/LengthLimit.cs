namespace BleepStore.Storage.Engine.Puts;

/// <summary>The maximum number of bytes of a body, and the exception for a longer one.</summary>
/// <param name="Bytes">The limit.</param>
/// <param name="Exceeded">Makes the exception.</param>
internal sealed record LengthLimit(long Bytes, Func<Exception> Exceeded)
{
    public static LengthLimit None { get; } = new(long.MaxValue, static () => new InvalidOperationException());

    public static LengthLimit Part { get; } = new(
        ObjectStoreOptions.MaximumPartSize,
        static () => new StorageException(
            StorageErrorCode.EntityTooLarge,
            $"A part has at most {ObjectStoreOptions.MaximumPartSize} bytes (4,000 MiB). Cut it into smaller ones."));

    public static LengthLimit SinglePart(long partSize) => new(partSize, static () => SinglePartTooLarge());

    public static ArgumentException SinglePartTooLarge() => new(
        $"{nameof(PutOptions.SinglePart)} needs a seekable stream, bytes in memory, or at most {nameof(ObjectStoreOptions.PartSize)} " +
        "bytes, because the digest must be known before the bytes are sent.");

    /// <param name="most">The largest object in bytes that the backend takes in one request.</param>
    public static StorageException PutTooLarge(long most) => new(
        StorageErrorCode.EntityTooLarge,
        $"The content does not fit in one request, which takes at most {most} bytes here. Put it without " +
        $"{nameof(PutOptions.SinglePart)}, or cut it into several objects.");

    public void Check(long bytes)
    {
        if (bytes > Bytes)
        {
            throw Exceeded();
        }
    }
}
