using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>Measures runs, in the process that exists for them.</summary>
internal static class Meter
{
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

    public static async Task<(Measurement Library, Measurement Baseline)> MeasurePairAsync(
        TurnedWorkload library, TurnedWorkload baseline, CancellationToken cancellationToken)
    {
        TurnedWorkload[] sides = [library, baseline];
        foreach (TurnedWorkload side in sides)
        {
            await side.WarmUpAsync(cancellationToken);
            await side.ArrangeAsync(cancellationToken);
        }

        Collect();
        Measurement[] measured = [Measurement.Nothing, Measurement.Nothing];
        for (int turn = 0; turn < library.Turns; turn++)
        {
            // Neither is always the first.
            foreach (int side in turn % 2 == 0 ? [0, 1] : (int[])[1, 0])
            {
                Reading began = Reading.Take();
                await sides[side].RunTurnAsync(turn, cancellationToken);
                measured[side] += began.Since();
            }
        }

        foreach (TurnedWorkload side in sides)
        {
            await side.VerifyAsync(cancellationToken);
        }

        return (WithCalls(measured[0], library), WithCalls(measured[1], baseline));
    }

    private static Measurement WithCalls(Measurement measured, TurnedWorkload side) =>
        side.Calls is { } calls ? measured.With(calls) : measured;

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
