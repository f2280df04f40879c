using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>Reads a large object that is in the system's memory.</summary>
internal sealed class LocalLargeGet : LocalCase
{
    private const long Mebibyte = 1024 * 1024;
    private const string ObjectName = "large";

    public override string Name => "local-get-large";

    public override string Library => "`GetAsync`, copied to `Stream.Null`";

    public override string Baseline => "`FileStream`, asynchronous and sequential, copied to `Stream.Null`";

    public override string BoundBy => "Copying from the kernel's memory";

    public override IReadOnlyList<Limit> Limits { get; } =
    [
        Limit.Ratio(Metric.Time, 1.05), Limit.Figure(Metric.ManagedPeak, 64 * Mebibyte),
    ];

    public override CaseSize FullSize => new(1024 * Mebibyte, 1);

    public override CaseSize ShortSize => new(20 * Mebibyte, 1);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult(side == Side.Library ? OpenStore(LocalLayer.Native, context) : new Plain(context));

    public override Workload OpenStore(LocalLayer layer, BenchmarkContext context) => new Store(layer, context);

    protected override async Task FillAsync(Bucket bucket, BenchmarkContext context, CancellationToken cancellationToken)
    {
        await bucket.PutAsync(ObjectName, new PatternStream(context.Size.Bytes), cancellationToken: cancellationToken);
        await PlainFiles.PutAsync(Path.Combine(PlainFolder(context), ObjectName), new PatternStream(context.Size.Bytes), cancellationToken);
    }

    private sealed class Store(LocalLayer layer, BenchmarkContext context) : LocalWorkload(layer.Open(context))
    {
        public override async Task WarmUpAsync(CancellationToken cancellationToken)
        {
            await using ObjectReader reader = await Bucket.GetAsync(ObjectName, cancellationToken: cancellationToken);
            await reader.Content.CopyToAsync(Stream.Null, cancellationToken);
        }

        public override Task RunAsync(CancellationToken cancellationToken) => WarmUpAsync(cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using ObjectReader reader = await Bucket.GetAsync(ObjectName, cancellationToken: cancellationToken);
            await Same.RequirePatternAsync(reader.Content, context.Size.Bytes, cancellationToken);
        }
    }

    private sealed class Plain(BenchmarkContext context) : Workload
    {
        public override async Task WarmUpAsync(CancellationToken cancellationToken)
        {
            await using FileStream file = Open();
            await file.CopyToAsync(Stream.Null, cancellationToken);
        }

        public override Task RunAsync(CancellationToken cancellationToken) => WarmUpAsync(cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using FileStream file = Open();
            await Same.RequirePatternAsync(file, context.Size.Bytes, cancellationToken);
        }

        private FileStream Open() => new(
            Path.Combine(PlainFolder(context), ObjectName),
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            bufferSize: 0,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
    }
}
