using BleepStore.Storage.Basics;
using BleepStore.Storage.Engine.Progress;
using BleepStore.Storage.Engine.Reads;

namespace BleepStore.Storage;

/// <summary>
/// An opened object. The properties and the range are known at once. The bytes arrive as <see cref="Content"/> is read. Dispose it in every
/// case.
/// </summary>
/// <remarks>All members are virtual, and a protected constructor exists, so applications can fake the type.</remarks>
public class ObjectReader : IAsyncDisposable, IDisposable
{
    private readonly ObjectProperties? _properties;
    private readonly ContentRange _range;
    private readonly Stream? _content;

    /// <summary>
    /// Creates a reader of a stream. Stores create readers themselves. The constructor is public because a fake <see cref="Bucket"/> needs
    /// it.
    /// </summary>
    /// <param name="properties">The properties of the whole object.</param>
    /// <param name="range">The range of the bytes that the stream delivers.</param>
    /// <param name="content">The bytes. The reader disposes it.</param>
    public ObjectReader(ObjectProperties properties, ContentRange range, Stream content)
    {
        ArgumentNullException.ThrowIfNull(properties);
        ArgumentNullException.ThrowIfNull(content);
        _properties = properties;
        _range = range;
        _content = content;
    }

    /// <summary>For fakes, which must override every member that is used.</summary>
    protected ObjectReader()
    {
    }

    /// <summary>The properties of the whole object, of the revision that <see cref="Content"/> delivers.</summary>
    public virtual ObjectProperties Properties => _properties ?? throw NotOverridden();

    /// <summary>The range of the bytes that <see cref="Content"/> delivers.</summary>
    public virtual ContentRange Range => _properties is null ? throw NotOverridden() : _range;

    /// <summary>
    /// The bytes. The stream is forward only, asynchronous or synchronous, and for one reader at a time. A synchronous read blocks its
    /// thread until bytes arrive. The stream ends after exactly <see cref="ContentRange.Length"/> bytes, which is its
    /// <see cref="Stream.Length"/>, or throws a <see cref="StorageException"/>. When a resumed read finds the object replaced or deleted,
    /// the code is <see cref="StorageErrorCode.PreconditionFailed"/> or <see cref="StorageErrorCode.NoSuchKey"/>. Otherwise it is the code
    /// of the failure.
    /// </summary>
    public virtual Stream Content => _content ?? throw NotOverridden();

    /// <summary>Whether the object's ETag is known to be no MD5, although it can look like one.</summary>
    internal bool HasOpaqueETag => _content is ResumingStream { HasOpaqueETag: true };

    /// <summary>Has the bytes counted that are read.</summary>
    internal void CountWith(ProgressMeter meter) => (_content as ResumingStream)?.CountWith(meter);

    /// <summary>Reads the remaining bytes into memory.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The bytes. Use it only for objects that are known to be small. Read large objects as a stream.</returns>
    /// <exception cref="StorageException">
    /// As <see cref="Content"/>. <see cref="StorageErrorCode.EntityTooLarge"/> when there are more bytes than an array can hold.
    /// </exception>
    public virtual async Task<byte[]> ReadAllAsync(CancellationToken cancellationToken = default)
    {
        if (Range.Length > Array.MaxLength)
        {
            throw new StorageException(
                StorageErrorCode.EntityTooLarge, $"{Range.Length} bytes do not fit in an array. Read {nameof(Content)} as a stream.");
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

    /// <summary>Ends the read and releases its resources, including the connection. It may be called more than once.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _content is null ? ValueTask.CompletedTask : _content.DisposeAsync();
    }

    /// <summary>
    /// Ends the read and releases its resources, including the connection. It does not wait. It may be called more than once.
    /// </summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the resources of a derived type.</summary>
    /// <param name="disposing">Always <see langword="true"/>, unless a derived type has a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content?.Dispose();
        }
    }

    private static InvalidOperationException NotOverridden() => Fakes.NotOverridden(nameof(ObjectReader));
}
