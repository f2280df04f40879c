namespace BleepStore.Storage.Transfer;

/// <summary>The base of our reading streams: forward only, asynchronous only.</summary>
internal abstract class AsyncReadStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw AsyncOnly();

    public override int Read(Span<byte> buffer) => throw AsyncOnly();

    public override int ReadByte() => throw AsyncOnly();

    public override void CopyTo(Stream destination, int bufferSize) => throw AsyncOnly();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    internal static NotSupportedException AsyncOnly() =>
        new("This stream is asynchronous only: it waits for a disk or a network. Use ReadAsync, WriteAsync and CopyToAsync.");
}
