using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>Small objects one after another, each safe on the disk before the next.</summary>
internal sealed class LocalSmallPut : LocalCase
{
    /// <summary>The number of keys, which are reused. Some puts create an object, and most replace one.</summary>
    private const int Keys = 100;

    private const int WarmUps = 300;

    public override string Name => "local-put-small";

    public override string Library => "`PutAsync` of bytes in memory; flushed, with ETag and attributes";

    public override string Baseline => "Temporary file, flushed, renamed, folder flushed; `MD5.HashData`";

    public override string BoundBy => "The disk's flushes: of the file and of the folder";

    public override IReadOnlyList<Limit> Limits { get; } = [Limit.Ratio(Metric.Time, 1.15)];

    public override CaseSize FullSize => new(4096, 1000);

    public override CaseSize ShortSize => new(4096, 20);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult(side == Side.Library ? OpenStore(LocalLayer.Native, context) : new Plain(context));

    public override Workload OpenStore(LocalLayer layer, BenchmarkContext context) => new Store(layer, context);

    private static string KeyOf(int turn) => $"small-{turn % Keys}";

    private sealed class Store(LocalLayer layer, BenchmarkContext context) : LocalWorkload(layer.Open(context))
    {
        private readonly byte[] _bytes = PatternStream.Bytes((int)context.Size.Bytes);

        public override Task WarmUpAsync(CancellationToken cancellationToken) =>
            WarmUpAsync(context.Size.Count, WarmUps, times => PutAsync(times, cancellationToken), cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => PutAsync(context.Size.Count, cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            int count = 0;
            await foreach (ListEntry entry in Bucket.ListAsync(cancellationToken: cancellationToken))
            {
                await using ObjectReader reader = await Bucket.GetAsync(entry.Key, cancellationToken: cancellationToken);
                await Same.RequirePatternAsync(reader.Content, context.Size.Bytes, cancellationToken);
                count++;
            }

            Same.Require(count == Math.Min(Keys, context.Size.Count), $"{count} objects are there");
        }

        private async Task PutAsync(int count, CancellationToken cancellationToken)
        {
            for (int turn = 0; turn < count; turn++)
            {
                await Bucket.PutAsync(KeyOf(turn), _bytes, cancellationToken: cancellationToken);
            }
        }
    }

    private sealed class Plain(BenchmarkContext context) : Workload
    {
        private readonly byte[] _bytes = PatternStream.Bytes((int)context.Size.Bytes);

        public override Task WarmUpAsync(CancellationToken cancellationToken) =>
            WarmUpAsync(context.Size.Count, WarmUps, times => PutAsync(times, cancellationToken), cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => PutAsync(context.Size.Count, cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            string[] files = Directory.GetFiles(PlainFolder(context));
            foreach (string path in files)
            {
                await using FileStream file = File.OpenRead(path);
                await Same.RequirePatternAsync(file, context.Size.Bytes, cancellationToken);
            }

            Same.Require(files.Length == Math.Min(Keys, context.Size.Count), $"{files.Length} files are there");
        }

        private async Task PutAsync(int count, CancellationToken cancellationToken)
        {
            for (int turn = 0; turn < count; turn++)
            {
                await PlainFiles.PutAsync(Path.Combine(PlainFolder(context), KeyOf(turn)), _bytes, cancellationToken);
            }
        }
    }
}
