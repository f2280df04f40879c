using BleepStore.Storage.Transfer;

namespace BleepStore.Storage;

/// <summary>An opened object. Properties and range are known at once; the bytes come as <see cref="Content"/> is read. Dispose it, read to the end or not.</summary>
public sealed class ObjectReader : IAsyncDisposable
{
    internal ObjectReader(ObjectProperties properties, ContentRange range, Stream content)
    {
        Properties = properties;
        Range = range;
        Content = content;
    }

    /// <summary>The properties of the whole object, of the revision that <see cref="Content"/> delivers.</summary>
    public ObjectProperties Properties { get; }

    /// <summary>Which bytes <see cref="Content"/> delivers.</summary>
    public ContentRange Range { get; }

    /// <summary>
    /// The bytes: forward only, asynchronous only (synchronous reads throw <see cref="NotSupportedException"/>), one reader at a time. It ends after exactly
    /// <see cref="ContentRange.Length"/> bytes or throws a <see cref="StorageException"/>: <see cref="StorageErrorCode.PreconditionFailed"/> or <see cref="StorageErrorCode.NoSuchKey"/>
    /// when a read that had to be taken up again found the object replaced or deleted, else the code of the failure.
    /// </summary>
    public Stream Content { get; }

    /// <summary>Reads what is left into memory.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The bytes. For objects that are known to be small; large ones belong in a stream.</returns>
    /// <exception cref="StorageException">As <see cref="Content"/>; <see cref="StorageErrorCode.EntityTooLarge"/> when there are more bytes than an array can hold.</exception>
    public async Task<byte[]> ReadAllAsync(CancellationToken cancellationToken = default)
    {
        if (Range.Length > Array.MaxLength)
        {
            throw new StorageException(StorageErrorCode.EntityTooLarge, $"{Range.Length} bytes do not fit in an array. Read {nameof(Content)} as a stream.");
        }

        long left = Content is ResumingStream resuming ? resuming.Left : 0;
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)left);
        await Content.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    /// <summary>Ends the read and gives back what it holds, the connection among others. May be called more than once.</summary>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
