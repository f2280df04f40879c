using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>Measures runs, in the process that exists for them.</summary>
internal static class Meter
{
    /// <summary>How often two sides take turns. A turn of a stubbed case takes some hundredths of a second.</summary>
    private const int Turns = 100;

    public static async Task<Measurement> MeasureAsync(Workload workload, CancellationToken cancellationToken)
    {
        await workload.WarmUpAsync(cancellationToken);
        await workload.ArrangeAsync(cancellationToken);
        Collect();
        PeakRss.Reset();
        using ManagedPeak? peak = workload.WatchesMemory ? ManagedPeak.Watch() : null;
        Reading began = Reading.Take();
        await workload.RunAsync(cancellationToken);
        Measurement measured = began.Since() with { ManagedPeakBytes = peak?.Stop(), PeakRssBytes = PeakRss.Read() };
        await workload.VerifyAsync(cancellationToken);
        return measured;
    }

    public static async Task<(Measurement Library, Measurement Baseline)> MeasurePairAsync(RepeatedWorkload library, RepeatedWorkload baseline, CancellationToken cancellationToken)
    {
        RepeatedWorkload[] sides = [library, baseline];
        foreach (RepeatedWorkload side in sides)
        {
            await side.WarmUpAsync(cancellationToken);
            await side.ArrangeAsync(cancellationToken);
        }

        Collect();
        Measurement[] measured = [Measurement.Nothing, Measurement.Nothing];
        for (int turn = 0; turn < Turns; turn++)
        {
            // Neither is always the first.
            foreach (int side in turn % 2 == 0 ? [0, 1] : (int[])[1, 0])
            {
                Reading began = Reading.Take();
                await sides[side].RunTurnAsync(turn, Turns, cancellationToken);
                measured[side] += began.Since();
            }
        }

        foreach (RepeatedWorkload side in sides)
        {
            await side.VerifyAsync(cancellationToken);
        }

        return (measured[0], measured[1]);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
