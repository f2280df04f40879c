namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>The base of reading streams: forward only unless derived otherwise, asynchronous only.</summary>
public abstract class AsyncReadStream : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw AsyncOnly();

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => throw AsyncOnly();

    /// <inheritdoc/>
    public override int ReadByte() => throw AsyncOnly();

    /// <inheritdoc/>
    public override void CopyTo(Stream destination, int bufferSize) => throw AsyncOnly();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    internal static NotSupportedException AsyncOnly() =>
        new("This stream is asynchronous only: it waits for a disk or a network. Use ReadAsync, WriteAsync and CopyToAsync.");
}
