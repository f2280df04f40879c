using System.Diagnostics;

namespace BleepStore.Storage.Benchmarks.Support;

/// <summary>The durations of many calls. Calls on several threads are added at once.</summary>
/// <param name="capacity">How many calls there will be.</param>
internal sealed class CallTimes(int capacity)
{
    private readonly long[] _ticks = new long[capacity];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <param name="began">The timestamp from before the call.</param>
    public void Add(long began) => _ticks[Interlocked.Increment(ref _count) - 1] = Stopwatch.GetTimestamp() - began;

    /// <returns>The time, in milliseconds, in which a share of the calls ended.</returns>
    /// <param name="share">0 to 1.</param>
    public double Percentile(double share)
    {
        long[] sorted = _ticks[..Count];
        Array.Sort(sorted);
        int at = Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1);
        return sorted[at] * 1000.0 / Stopwatch.Frequency;
    }
}
