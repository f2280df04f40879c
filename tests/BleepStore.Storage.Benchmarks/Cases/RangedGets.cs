using System.Diagnostics;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>Gets the first bytes of many objects, by many callers at a time.</summary>
/// <param name="name">The name of the case.</param>
/// <param name="title">Its name in the chart.</param>
/// <param name="baseline">The baseline.</param>
/// <param name="place">Where it runs.</param>
/// <param name="open">Reaches the objects.</param>
/// <param name="isOnlyFull">Whether the short form leaves the case out.</param>
internal sealed class RangedGets(
    string name, string title, string baseline, BenchmarkPlace place, Func<BenchmarkContext, LargeObjects> open, bool isOnlyFull)
    : PlacedCase(place)
{
    private const int Callers = 64;
    private const int Length = 16 * 1024;

    public override string Name => name;

    public override string Title => title;

    public override string Library => $"`GetAsync` of the range and `ReadAllAsync`, {Callers} callers";

    public override string Baseline => $"{baseline}, {Callers} callers";

    public override string BoundBy => "The server on the same machine. The processor time is that of the callers alone";

    public override IReadOnlyList<Limit> Limits { get; } = [Limit.Ratio(Metric.CpuPerCall, 1.1)];

    public override bool IsOnlyFull => isOnlyFull;

    public override bool TakesTurns => true;

    public override CaseSize FullSize => new(64 * 1024, 2000);

    public override CaseSize ShortSize => new(20 * 1024, 20);

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(context, cancellationToken);
        await using LargeObjects objects = open(context);
        byte[] bytes = PatternStream.Bytes((int)context.Size.Bytes);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, context.Size.Count, parallel, async (number, token) =>
            await objects.Bucket.PutAsync(KeyOf(number), bytes, cancellationToken: token));
    }

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(new Reads(open(context), side, context.Size.Count));

    private static string KeyOf(int number) => $"small-{number:d5}";

    private sealed class Reads(LargeObjects objects, Side side, int count) : TurnedWorkload
    {
        private static readonly byte[] Expected = PatternStream.Bytes(Length);

        private readonly GetOptions _range = new() { Range = ByteRange.From(0, Length) };
        private CallTimes _calls = new(0);
        private int _wrong;

        public override bool WatchesMemory => false;

        public override int Turns => 10;

        public override CallTimes Calls => _calls;

        public override Task WarmUpAsync(CancellationToken cancellationToken)
        {
            _calls = new CallTimes((MostWarmUps + 1) * count);
            return WarmUpAsync(count, 1000, _ => ReadAllAsync(cancellationToken), cancellationToken);
        }

        public override Task ArrangeAsync(CancellationToken cancellationToken)
        {
            _calls = new CallTimes(Turns * count);
            return Task.CompletedTask;
        }

        public override async Task RunAsync(CancellationToken cancellationToken)
        {
            for (int turn = 0; turn < Turns; turn++)
            {
                await RunTurnAsync(turn, cancellationToken);
            }
        }

        /// <summary>Reads every object once.</summary>
        public override Task RunTurnAsync(int turn, CancellationToken cancellationToken) => ReadAllAsync(cancellationToken);

        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            Same.Require(_calls.Count == Turns * count, $"{_calls.Count} ranges were read");
            Same.Require(_wrong == 0, $"{_wrong} ranges had other bytes than were written");
            return Task.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await objects.DisposeAsync();
            await base.DisposeAsync();
        }

        private async Task ReadAllAsync(CancellationToken cancellationToken)
        {
            int next = -1;
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync, cancellationToken)));

            async Task CallAsync()
            {
                int number;
                while ((number = Interlocked.Increment(ref next)) < count)
                {
                    long began = Stopwatch.GetTimestamp();
                    byte[] got = await ReadAsync(KeyOf(number), cancellationToken);
                    _calls.Add(began);
                    if (!got.AsSpan().SequenceEqual(Expected))
                    {
                        Interlocked.Increment(ref _wrong);
                    }
                }
            }
        }

        private async Task<byte[]> ReadAsync(string key, CancellationToken cancellationToken)
        {
            if (side == Side.Baseline)
            {
                return await objects.GetStartAsync(key, Length, cancellationToken);
            }

            await using ObjectReader reader = await objects.Bucket.GetAsync(key, _range, cancellationToken);
            return await reader.ReadAllAsync(cancellationToken);
        }
    }
}
