using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Reports;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>Runs the two sides of a case in turn, so that whatever else the machine does falls on both.</summary>
/// <param name="folder">Where cases have their folders.</param>
/// <param name="isShort">Whether it only shows that the case works. Otherwise one more pair goes first, which does not count.</param>
/// <param name="tell">Told what is going on.</param>
internal sealed class CaseRunner(string folder, bool isShort, Action<string> tell)
{
    /// <summary>Runs a case.</summary>
    /// <param name="benchmark">The case.</param>
    /// <param name="size">How much it does.</param>
    /// <param name="rounds">How many pairs count.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<CaseResult> RunAsync(BenchmarkCase benchmark, CaseSize size, int rounds, CancellationToken cancellationToken)
    {
        var pairs = new List<(Measurement Library, Measurement Baseline)>();
        int round = isShort ? 1 : 0;
        while (round <= rounds)
        {
            // A server that one pair fills serves one pair.
            int until = benchmark.FillsServer && !isShort ? round : rounds;
            pairs.AddRange(await RunAsync(benchmark, size, (round, until, rounds), cancellationToken));
            round = until + 1;
        }

        return new CaseResult(benchmark, size, pairs);
    }

    /// <returns>The pairs that count.</returns>
    private async Task<List<(Measurement Library, Measurement Baseline)>> RunAsync(
        BenchmarkCase benchmark, CaseSize size, (int From, int Until, int All) rounds, CancellationToken cancellationToken)
    {
        string home = Path.Combine(folder, $"bleepstore-{benchmark.Name}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(home);
        try
        {
            await using BenchmarkServer? server = await benchmark.StartServerAsync(isFresh: !isShort, cancellationToken);
            var context = new BenchmarkContext(size, home, server?.Address, server?.Throttled);
            await MeasuredProcess.PrepareAsync(benchmark, context, cancellationToken);
            var pairs = new List<(Measurement Library, Measurement Baseline)>();
            for (int round = rounds.From; round <= rounds.Until; round++)
            {
                string turn = round == 0 ? "warm-up" : $"{round}/{rounds.All}";
                (Measurement Library, Measurement Baseline) pair = await MeasurePairAsync(benchmark, context, turn, cancellationToken);
                if (round > 0)
                {
                    pairs.Add(pair);
                }
            }

            return pairs;
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private async Task<(Measurement Library, Measurement Baseline)> MeasurePairAsync(
        BenchmarkCase benchmark, BenchmarkContext context, string turn, CancellationToken cancellationToken)
    {
        (Measurement library, Measurement baseline) = benchmark.TakesTurns
            ? await MeasuredProcess.MeasurePairAsync(benchmark, context, cancellationToken)
            : (await MeasureAsync(benchmark, Side.Library, context, cancellationToken),
                await MeasureAsync(benchmark, Side.Baseline, context, cancellationToken));
        tell($"{benchmark.Name} {turn}: {Units.Show(Metric.Time, library.Milliseconds)} to " +
            $"{Units.Show(Metric.Time, baseline.Milliseconds)}");
        return (library, baseline);
    }

    private static Task<Measurement> MeasureAsync(
        BenchmarkCase benchmark, Side side, BenchmarkContext context, CancellationToken cancellationToken)
    {
        // Disk work that one side leaves must not slow the other side.
        SystemDisk.Settle();
        return MeasuredProcess.MeasureAsync(benchmark, side, context, cancellationToken);
    }
}
