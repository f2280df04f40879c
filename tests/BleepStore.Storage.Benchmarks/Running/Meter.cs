using System.Diagnostics;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>Measures one run, in the process that exists for it.</summary>
internal static class Meter
{
    public static async Task<Measurement> MeasureAsync(Workload workload, CancellationToken cancellationToken)
    {
        await workload.WarmUpAsync(cancellationToken);
        await workload.ArrangeAsync(cancellationToken);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        PeakRss.Reset();
        using ManagedPeak? peak = workload.WatchesMemory ? ManagedPeak.Watch() : null;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long began = Stopwatch.GetTimestamp();
        await workload.RunAsync(cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        long? managed = peak?.Stop();
        long? rss = PeakRss.Read();

        await workload.VerifyAsync(cancellationToken);
        return new Measurement(elapsed.TotalMilliseconds, cpu.TotalMilliseconds, allocated, managed, rss);
    }
}
