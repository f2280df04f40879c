using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>Many bytes without the memory for them: a chunk over and over.</summary>
internal sealed class RepeatedStream(byte[] chunk, long length) : ForwardStream
{
    private long _position;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int at = (int)(_position % chunk.Length);
        int count = (int)Math.Min(Math.Min(buffer.Length, chunk.Length - at), length - _position);
        chunk.AsMemory(at, count).CopyTo(buffer);
        _position += count;
        return ValueTask.FromResult(count);
    }
}
