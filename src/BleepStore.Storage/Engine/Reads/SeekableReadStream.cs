using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Engine.Reads;

/// <summary>An object as a seekable stream. Bytes are asked for only when they are read.</summary>
/// <param name="length">The object's size in bytes.</param>
/// <param name="open">Opens the object from a position to its end, always at the same revision.</param>
internal sealed class SeekableReadStream(long length, Func<long, CancellationToken, Task<Stream>> open) : AsyncReadStream
{
    /// <summary>A short way forward is read over: cheaper than another request.</summary>
    private const int ReadOver = 128 * 1024;

    private Stream? _content;
    private long _contentPosition;
    private long _position;
    private volatile bool _disposed;

    public override bool CanSeek => !_disposed;

    public override bool CanRead => !_disposed;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long from = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            SeekOrigin.End => Length,
            _ => throw new ArgumentOutOfRangeException(nameof(origin)),
        };
        if (from + offset < 0)
        {
            throw new IOException("The position would be before the beginning of the object.");
        }

        return _position = from + offset;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        Stream content = await MoveToPositionAsync(cancellationToken).ConfigureAwait(false);
        int count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += count;
        _contentPosition = _position;
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        _disposed = true;
        await CloseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _content?.Dispose();
        _content = null;
        base.Dispose(disposing);
    }

    private async Task<Stream> MoveToPositionAsync(CancellationToken cancellationToken)
    {
        if (_content is not null && _position > _contentPosition && _position - _contentPosition <= ReadOver)
        {
            await SkipAsync(_content, (int)(_position - _contentPosition), cancellationToken).ConfigureAwait(false);
        }

        if (_content is null || _contentPosition != _position)
        {
            await CloseAsync().ConfigureAwait(false);
            Stream opened = await open(_position, cancellationToken).ConfigureAwait(false);
            _content = opened;
            _contentPosition = _position;
            if (_disposed)
            {
                // The disposal found nothing to close.
                await CloseAsync().ConfigureAwait(false);
                throw new ObjectDisposedException(GetType().FullName);
            }

            return opened;
        }

        return _content;
    }

    private async Task SkipAsync(Stream content, int count, CancellationToken cancellationToken)
    {
        byte[] skipped = System.Buffers.ArrayPool<byte>.Shared.Rent(count);
        try
        {
            // Counted read by read: when one is cancelled, the next caller must know where the content stands.
            while (count > 0)
            {
                int read = await content.ReadAsync(skipped.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new EndOfStreamException();
                }

                _contentPosition += read;
                count -= read;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(skipped);
        }
    }

    private async ValueTask CloseAsync()
    {
        if (_content is { } content)
        {
            _content = null;
            await content.DisposeAsync().ConfigureAwait(false);
        }
    }
}
