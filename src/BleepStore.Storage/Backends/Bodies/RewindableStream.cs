using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Backends.Bodies;

/// <summary>A body in the form that SDKs need. Its length is known, and seeking to the beginning rewinds it for a resend.</summary>
internal sealed class RewindableStream(StorageBody body, long length) : AsyncReadStream
{
    private Stream? _open;
    private long _position;

    public override bool CanSeek => true;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _open ??= body.Open();
        int count = await _open.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += count;
        return count;
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        _open ??= body.Open();
        await _open.CopyToAsync(destination, bufferSize, cancellationToken).ConfigureAwait(false);
        _position = length;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => length + offset,
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
