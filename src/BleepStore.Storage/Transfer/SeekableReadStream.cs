using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Transfer;

/// <summary>An object as a seekable stream, pinned to one revision. Bytes are asked for only when they are read.</summary>
internal sealed class SeekableReadStream(Bucket bucket, ObjectProperties properties) : AsyncReadStream
{
    /// <summary>A short way forward is read over: cheaper than another request.</summary>
    private const int ReadOver = 128 * 1024;

    private ObjectReader? _reader;
    private long _readerPosition;
    private long _position;
    private volatile bool _disposed;

    public override bool CanSeek => !_disposed;

    public override bool CanRead => !_disposed;

    public override long Length => properties.Size;

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

        ObjectReader reader = await MoveToPositionAsync(cancellationToken).ConfigureAwait(false);
        int count = await reader.Content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += count;
        _readerPosition = _position;
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        _disposed = true;
        await CloseReaderAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _reader?.Content.Dispose();
        _reader = null;
        base.Dispose(disposing);
    }

    private async Task<ObjectReader> MoveToPositionAsync(CancellationToken cancellationToken)
    {
        if (_reader is not null && _position > _readerPosition && _position - _readerPosition <= ReadOver)
        {
            await SkipAsync(_reader, (int)(_position - _readerPosition), cancellationToken).ConfigureAwait(false);
        }

        if (_reader is null || _readerPosition != _position)
        {
            await CloseReaderAsync().ConfigureAwait(false);
            var rest = new GetOptions { Range = ByteRange.From(_position), IfRevision = properties.Revision };
            ObjectReader opened = await bucket.GetAsync(properties.Key, rest, cancellationToken).ConfigureAwait(false);
            _reader = opened;
            _readerPosition = _position;
            if (_disposed)
            {
                // The disposal found nothing to close.
                await CloseReaderAsync().ConfigureAwait(false);
                throw new ObjectDisposedException(GetType().FullName);
            }

            return opened;
        }

        return _reader;
    }

    private async Task SkipAsync(ObjectReader reader, int count, CancellationToken cancellationToken)
    {
        byte[] skipped = System.Buffers.ArrayPool<byte>.Shared.Rent(count);
        try
        {
            // Counted read by read: when one is cancelled, the next caller must know where the reader stands.
            while (count > 0)
            {
                int read = await reader.Content.ReadAsync(skipped.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new EndOfStreamException();
                }

                _readerPosition += read;
                count -= read;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(skipped);
        }
    }

    private async ValueTask CloseReaderAsync()
    {
        if (_reader is { } reader)
        {
            _reader = null;
            await reader.DisposeAsync().ConfigureAwait(false);
        }
    }
}
