using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Reports;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>Runs the two sides of a case in turn, so that whatever else the machine does falls on both.</summary>
/// <param name="folder">Where cases have their folders.</param>
/// <param name="rounds">How many pairs count.</param>
/// <param name="warmsUp">Whether one more goes before them, which does not count.</param>
/// <param name="tell">Told what is going on.</param>
internal sealed class CaseRunner(string folder, int rounds, bool warmsUp, Action<string> tell)
{
    public async Task<CaseResult> RunAsync(BenchmarkCase benchmark, CaseSize size, CancellationToken cancellationToken)
    {
        string home = Path.Combine(folder, $"bleepstore-{benchmark.Name}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(home);
        try
        {
            BenchmarkServer? server = await benchmark.StartServerAsync(cancellationToken);
            var context = new BenchmarkContext(size, home, server?.Address);
            await MeasuredProcess.PrepareAsync(benchmark, context, cancellationToken);
            if (warmsUp)
            {
                await MeasurePairAsync(benchmark, context, "warm-up", cancellationToken);
            }

            var pairs = new List<(Measurement Library, Measurement Baseline)>();
            for (int round = 1; round <= rounds; round++)
            {
                pairs.Add(await MeasurePairAsync(benchmark, context, $"{round}/{rounds}", cancellationToken));
            }

            return new CaseResult(benchmark, size, pairs);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private async Task<(Measurement Library, Measurement Baseline)> MeasurePairAsync(BenchmarkCase benchmark, BenchmarkContext context, string turn, CancellationToken cancellationToken)
    {
        (Measurement library, Measurement baseline) = benchmark.TakesTurns
            ? await MeasuredProcess.MeasurePairAsync(benchmark, context, cancellationToken)
            : (await MeasureAsync(benchmark, Side.Library, context, cancellationToken), await MeasureAsync(benchmark, Side.Baseline, context, cancellationToken));
        tell($"{benchmark.Name} {turn}: {Units.Show(Metric.Time, library.Milliseconds)} to {Units.Show(Metric.Time, baseline.Milliseconds)}");
        return (library, baseline);
    }

    private static Task<Measurement> MeasureAsync(BenchmarkCase benchmark, Side side, BenchmarkContext context, CancellationToken cancellationToken)
    {
        // What one side left for the disk to do is not to be the other's burden.
        SystemDisk.Settle();
        return MeasuredProcess.MeasureAsync(benchmark, side, context, cancellationToken);
    }
}
