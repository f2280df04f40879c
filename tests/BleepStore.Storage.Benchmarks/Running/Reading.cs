using System.Diagnostics;

namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>The values of the process's meters at one time.</summary>
internal readonly record struct Reading(long Timestamp, TimeSpan Cpu, long AllocatedBytes)
{
    public static Reading Take()
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        return new Reading(Stopwatch.GetTimestamp(), cpu, allocated);
    }

    /// <summary>Returns the difference since then.</summary>
    public Measurement Since()
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(Timestamp);
        TimeSpan cpu = Environment.CpuUsage.TotalTime - Cpu;
        return new Measurement(elapsed.TotalMilliseconds, cpu.TotalMilliseconds, GC.GetTotalAllocatedBytes(precise: true) - AllocatedBytes);
    }
}
