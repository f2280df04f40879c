using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.InMemory;

/// <summary>Collects a body into a blob. It stops as soon as the body cannot fit.</summary>
internal sealed class BlobWriter(long? capacity) : WriteOnlyStream
{
    private readonly List<byte[]> _blocks = [];
    private long _length;

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
}
