using BleepStore.Storage.Engine.Progress;
using BleepStore.Storage.Engine.Reads;

namespace BleepStore.Storage;

/// <summary>
/// An opened object. Properties and range are known at once; the bytes come as <see cref="Content"/> is read. Dispose it, read to the end
/// or not.
/// </summary>
/// <remarks>Every member is virtual and there is a protected constructor, so that applications can fake it.</remarks>
public class ObjectReader : IAsyncDisposable, IDisposable
{
    private readonly ObjectProperties? _properties;
    private readonly ContentRange _range;
    private readonly Stream? _content;

    /// <summary>Makes a reader of a stream. Stores do it themselves; it is public so that a fake <see cref="Bucket"/> can answer.</summary>
    /// <param name="properties">The properties of the whole object.</param>
    /// <param name="range">Which bytes the stream delivers.</param>
    /// <param name="content">The bytes. The reader disposes it.</param>
    public ObjectReader(ObjectProperties properties, ContentRange range, Stream content)
    {
        ArgumentNullException.ThrowIfNull(properties);
        ArgumentNullException.ThrowIfNull(content);
        _properties = properties;
        _range = range;
        _content = content;
    }

    /// <summary>For fakes: a reader of which every member that is used must be overridden.</summary>
    protected ObjectReader()
    {
    }

    /// <summary>The properties of the whole object, of the revision that <see cref="Content"/> delivers.</summary>
    public virtual ObjectProperties Properties => _properties ?? throw NotOverridden();

    /// <summary>Which bytes <see cref="Content"/> delivers.</summary>
    public virtual ContentRange Range => _properties is null ? throw NotOverridden() : _range;

    /// <summary>
    /// The bytes. They are read forward, asynchronously or synchronously, by one reader at a time. A synchronous read blocks its thread until
    /// bytes come. The stream ends after exactly <see cref="ContentRange.Length"/> bytes, which is its <see cref="Stream.Length"/>, or throws
    /// a <see cref="StorageException"/>: <see cref="StorageErrorCode.PreconditionFailed"/> or <see cref="StorageErrorCode.NoSuchKey"/> when a read that had to be taken up
    /// again found the object replaced or deleted, else the code of the failure.
    /// </summary>
    public virtual Stream Content => _content ?? throw NotOverridden();

    /// <summary>Whether the object's ETag is known to be no MD5, although it can look like one.</summary>
    internal bool HasOpaqueETag => _content is ResumingStream { HasOpaqueETag: true };

    /// <summary>Has the bytes counted that are read.</summary>
    internal void CountWith(ProgressMeter meter) => (_content as ResumingStream)?.CountWith(meter);

    /// <summary>Reads what is left into memory.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The bytes. For objects that are known to be small; large ones belong in a stream.</returns>
    /// <exception cref="StorageException">As <see cref="Content"/>; <see cref="StorageErrorCode.EntityTooLarge"/> when there are more bytes
    /// than an array can hold.</exception>
    public virtual async Task<byte[]> ReadAllAsync(CancellationToken cancellationToken = default)
    {
        if (Range.Length > Array.MaxLength)
        {
            throw new StorageException(StorageErrorCode.EntityTooLarge, $"{Range.Length} bytes do not fit in an array. Read {nameof(Content)} as a stream.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)Range.Length);
        int count = 0;
        int read;
        while (count < bytes.Length && (read = await Content.ReadAsync(bytes.AsMemory(count), cancellationToken).ConfigureAwait(false)) > 0)
        {
            count += read;
        }

        return count == bytes.Length ? bytes : bytes[..count];
    }

    /// <summary>Ends the read and gives back what it holds, the connection among others. May be called more than once.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _content is null ? ValueTask.CompletedTask : _content.DisposeAsync();
    }

    /// <summary>Ends the read and gives back what it holds, the connection among others. It does not wait. May be called more than once.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Where a derived type releases what it made.</summary>
    /// <param name="disposing">Always <see langword="true"/>, unless a derived type has a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content?.Dispose();
        }
    }

    private static InvalidOperationException NotOverridden() =>
        new($"This {nameof(ObjectReader)} is a fake that does not override the member that was called.");
}
