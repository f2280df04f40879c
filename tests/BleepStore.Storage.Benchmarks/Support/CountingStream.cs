using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Benchmarks.Support;

/// <summary>Counts what is written to it, from several sides at once.</summary>
internal sealed class CountingStream : WriteOnlyStream
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public override void Write(ReadOnlySpan<byte> buffer) => Interlocked.Add(ref _count, buffer.Length);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }
}
