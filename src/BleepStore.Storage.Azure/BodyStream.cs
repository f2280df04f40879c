using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

/// <summary>A body as the SDK wants it: of known length, and rewound by seeking when a request is sent again.</summary>
internal sealed class BodyStream(StorageBody body) : Stream
{
    private Stream? _open;
    private long _position;

    /// <summary>Opens a body; one whose stream can be rewound as it is needs no help.</summary>
    public static Stream Open(StorageBody body)
    {
        Stream open = body.Open();
        return open.CanSeek ? open : new BodyStream(body) { _open = open };
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; } = body.Length ?? throw new InvalidOperationException("A body of unknown length reached a backend that does not stream puts.");

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _open ??= body.Open();
        int count = await _open.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        _open ??= body.Open();
        await _open.CopyToAsync(destination, bufferSize, cancellationToken).ConfigureAwait(false);
        _position = Length;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => Length + offset,
        };
        if (target == _position)
        {
            return target;
        }

        if (target != 0)
        {
            throw new NotSupportedException("A body can only be rewound to its beginning.");
        }

        _open?.Dispose();
        _open = null;
        return _position = 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are asynchronous only.");

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (_open is { } open)
        {
            _open = null;
            await open.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        _open?.Dispose();
        _open = null;
        base.Dispose(disposing);
    }
}
