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

    public void Check(long bytes)
    {
        if (bytes > Bytes)
        {
            throw Exceeded();
        }
    }
}
