using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Engine.Reads;

namespace BleepStore.Storage;

/// <summary>
/// A seekable, read-only stream of an object. It reads through a window in memory, of up to <see cref="OpenReadOptions.ReadAheadSize"/>
/// bytes. Seeking inside the window costs nothing. All bytes are of the revision at the time when the stream was opened. Not thread-safe.
/// </summary>
/// <remarks>
/// Reads throw <see cref="StorageException"/>, with <see cref="StorageErrorCode.PreconditionFailed"/> when the object was replaced since.
/// Synchronous reads block the calling thread when the window must move. No connection is held between reads. All members are virtual, and
/// a protected constructor exists, so applications can fake the type.
/// </remarks>
public class ObjectReadStream : ReadOnlyStream
{
    private readonly ObjectProperties? _properties;
    private readonly ReadWindows? _windows;
    private long _position;

    internal ObjectReadStream(ObjectProperties properties, ReadWindows windows)
    {
        _properties = properties;
        _windows = windows;
    }

    /// <summary>For fakes, which must override every member that is used.</summary>
    protected ObjectReadStream()
    {
    }

    /// <summary>The object's properties, of the revision that is read.</summary>
    public virtual ObjectProperties Properties => _properties ?? throw NotOverridden();

    /// <inheritdoc/>
    public override bool CanRead => !IsDisposed;

    /// <inheritdoc/>
    public override bool CanSeek => !IsDisposed;

    /// <summary>The object's size in bytes.</summary>
    public override long Length => Properties.Size;

    /// <summary>Where the next read begins, in bytes from the object's first. It may lie past the end, where nothing is read.</summary>
    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    private bool IsDisposed => _windows is { IsDisposed: true };

    private ReadWindows OpenWindows
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _windows ?? throw NotOverridden();
        }
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        long from = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            SeekOrigin.End => Length,
            _ => throw new ArgumentOutOfRangeException(nameof(origin)),
        };
        return from + offset >= 0
            ? _position = from + offset
            : throw new IOException("The position would be before the beginning of the object.");
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await OpenWindows.ReadAsync(_position, buffer, cancellationToken).ConfigureAwait(false);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int count = OpenWindows.Read(_position, buffer);
        _position += count;
        return count;
    }

    /// <summary>Ends a read that is under way. It may be called more than once.</summary>
    /// <param name="disposing">Always <see langword="true"/>, unless a derived type has a finalizer.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _windows?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static InvalidOperationException NotOverridden() => Fakes.NotOverridden(nameof(ObjectReadStream));
}
