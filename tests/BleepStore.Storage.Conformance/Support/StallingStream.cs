using System.Diagnostics;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>A body of which nothing more comes after some bytes, as behind a connection that is silently gone.</summary>
/// <param name="inner">The body; disposed with this one.</param>
/// <param name="stallsAfter">After how many bytes.</param>
internal sealed class StallingStream(Stream inner, long stallsAfter) : ForwardStream
{
    private long _left = stallsAfter;

    /// <summary>How long the reader waited before it gave up.</summary>
    public TimeSpan WaitedFor { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0)
        {
            long begun = Stopwatch.GetTimestamp();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                WaitedFor = Stopwatch.GetElapsedTime(begun);
            }
        }

        int count = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= count;
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
