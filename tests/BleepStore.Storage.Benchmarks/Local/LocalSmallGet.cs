using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>Reads small objects that are in the system's memory, one after another.</summary>
internal sealed class LocalSmallGet : LocalCase
{
    private const int Keys = 100;
    private const int WarmUps = 20_000;

    public override string Name => "local-get-small";

    public override string Library => "`GetAsync` and `ReadAllAsync`: bytes, ETag, properties, metadata";

    public override string Baseline => "`File.ReadAllBytes`: bytes";

    public override string BoundBy => "System calls: opening, asking for size and attributes, reading, closing";

    public override IReadOnlyList<Limit> Limits { get; } = [Limit.Ratio(Metric.Time, 1.5)];

    public override CaseSize FullSize => new(4096, 100_000);

    public override CaseSize ShortSize => new(4096, 200);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult(side == Side.Library ? OpenStore(LocalLayer.Native, context) : new Plain(context));

    public override Workload OpenStore(LocalLayer layer, BenchmarkContext context) => new Store(layer, context);

    protected override async Task FillAsync(Bucket bucket, BenchmarkContext context, CancellationToken cancellationToken)
    {
        byte[] bytes = PatternStream.Bytes((int)context.Size.Bytes);
        for (int key = 0; key < Keys; key++)
        {
            await bucket.PutAsync(KeyOf(key), bytes, cancellationToken: cancellationToken);
            await PlainFiles.PutAsync(Path.Combine(PlainFolder(context), KeyOf(key)), bytes, cancellationToken);
        }
    }

    private static string KeyOf(int turn) => $"small-{turn % Keys}";

    private sealed class Store(LocalLayer layer, BenchmarkContext context) : LocalWorkload(layer.Open(context))
    {
        private byte[] _last = [];
        private long _total;

        public override bool WatchesMemory => false;

        public override Task WarmUpAsync(CancellationToken cancellationToken) =>
            WarmUpAsync(context.Size.Count, WarmUps, times => GetAsync(times, cancellationToken), cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => GetAsync(context.Size.Count, cancellationToken);

        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            Same.Require(_total == context.Size.Bytes * context.Size.Count, $"{_total} bytes were read");
            return Same.RequirePatternAsync(new MemoryStream(_last), context.Size.Bytes, cancellationToken);
        }

        private async Task GetAsync(int count, CancellationToken cancellationToken)
        {
            _total = 0;
            for (int turn = 0; turn < count; turn++)
            {
                await using ObjectReader reader = await Bucket.GetAsync(KeyOf(turn), cancellationToken: cancellationToken);
                _last = await reader.ReadAllAsync(cancellationToken);
                _total += _last.Length;
            }
        }
    }

    private sealed class Plain(BenchmarkContext context) : Workload
    {
        private byte[] _last = [];
        private long _total;

        public override bool WatchesMemory => false;

        public override Task WarmUpAsync(CancellationToken cancellationToken) =>
            WarmUpAsync(context.Size.Count, WarmUps, GetAsync, cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => GetAsync(context.Size.Count);

        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            Same.Require(_total == context.Size.Bytes * context.Size.Count, $"{_total} bytes were read");
            return Same.RequirePatternAsync(new MemoryStream(_last), context.Size.Bytes, cancellationToken);
        }

        private Task GetAsync(int count)
        {
            _total = 0;
            for (int turn = 0; turn < count; turn++)
            {
                _last = File.ReadAllBytes(Path.Combine(PlainFolder(context), KeyOf(turn)));
                _total += _last.Length;
            }

            return Task.CompletedTask;
        }
    }
}
