using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>A stream of many bytes that repeats one chunk, so it needs little memory.</summary>
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
