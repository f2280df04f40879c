namespace BleepStore.Storage.InMemory;

/// <summary>Takes a body in and makes a blob of it; stops as soon as it cannot fit.</summary>
internal sealed class BlobWriter(long? capacity) : Stream
{
    private readonly List<byte[]> _blocks = [];
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public Blob ToBlob() => new(_blocks);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _length += buffer.Length;
        if (_length > capacity)
        {
            throw InMemoryBackend.Full(_length, capacity.Value);
        }

        if (buffer.Length > 0)
        {
            _blocks.Add(buffer.ToArray());
        }

        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
