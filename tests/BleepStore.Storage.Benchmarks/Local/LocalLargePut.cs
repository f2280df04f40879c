using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>A large object, from a source that cannot be read twice.</summary>
internal sealed class LocalLargePut : LocalCase
{
    private const long Mebibyte = 1024 * 1024;

    public override string Name => "local-put-large";

    public override string Library => "`PutAsync` of a stream that is not seekable; flushed, with ETag and attributes";

    public override string Baseline => "Temporary file, `IncrementalHash` in line, flushed, renamed, folder flushed";

    public override string BoundBy => "MD5 on one thread, or the disk; the library hashes parts side by side while it writes";

    public override IReadOnlyList<Limit> Limits { get; } = [Limit.Ratio(Metric.Time, 0.75), Limit.Figure(Metric.ManagedPeak, 64 * Mebibyte)];

    public override CaseSize FullSize => new(1024 * Mebibyte, 1);

    public override CaseSize ShortSize => new(20 * Mebibyte, 1);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(side == Side.Library ? new Store(context) : new Plain(context));

    private sealed class Store(BenchmarkContext context) : LocalWorkload(RootIn(context))
    {
        public override Task WarmUpAsync(CancellationToken cancellationToken) => PutAsync("warm-up", 24 * Mebibyte, cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => PutAsync("large", context.Size.Bytes, cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using (ObjectReader reader = await Bucket.GetAsync("large", cancellationToken: cancellationToken))
            {
                string etag = await PatternETag.OfAsync(context.Size.Bytes, 8 * Mebibyte);
                Same.Require(reader.Properties.ETag == etag, $"the ETag is {reader.Properties.ETag}, not {etag}");
                await Same.RequirePatternAsync(reader.Content, context.Size.Bytes, cancellationToken);
            }

            await Bucket.DeleteAsync("large", cancellationToken: cancellationToken);
        }

        private Task<ObjectProperties> PutAsync(string key, long size, CancellationToken cancellationToken) =>
            Bucket.PutAsync(key, new PatternStream(size), cancellationToken: cancellationToken);
    }

    private sealed class Plain(BenchmarkContext context) : Workload
    {
        private readonly string _path = Path.Combine(PlainFolder(context), "large");

        public override Task WarmUpAsync(CancellationToken cancellationToken) =>
            PlainFiles.PutAsync(_path, new PatternStream(24 * Mebibyte), cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) =>
            PlainFiles.PutAsync(_path, new PatternStream(context.Size.Bytes), cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using (FileStream file = File.OpenRead(_path))
            {
                await Same.RequirePatternAsync(file, context.Size.Bytes, cancellationToken);
            }

            File.Delete(_path);
        }
    }
}
