using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>A large object over a real connection, beside the SDK as it comes.</summary>
internal sealed class EmulatorLargePut : EmulatorCase
{
    private const long Mebibyte = 1024 * 1024;

    public override string Name => "azurite-put-large";

    public override string Library => "`PutAsync` of a stream that is not seekable";

    public override string Baseline => "`BlobClient.UploadAsync` at its defaults";

    public override string BoundBy => "Azurite, on the same machine";

    public override IReadOnlyList<Limit> Limits { get; } = [Limit.Ratio(Metric.Time, 1.0), Limit.Ratio(Metric.PeakRss, 1.0)];

    public override CaseSize FullSize => new(256 * Mebibyte, 1);

    public override CaseSize ShortSize => new(20 * Mebibyte, 1);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(side == Side.Library ? new Store(context) : new Sdk(context));

    private abstract class Put(BenchmarkContext context) : EmulatorWorkload(context)
    {
        private readonly string _key = Guid.NewGuid().ToString("N");

        public override Task WarmUpAsync(CancellationToken cancellationToken) => PutAsync("warm-up", new PatternStream(20 * Mebibyte), cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => PutAsync(_key, new PatternStream(Context.Size.Bytes), cancellationToken);

        public override Task VerifyAsync(CancellationToken cancellationToken) => RequireStoredAsync(_key, Context.Size.Bytes, cancellationToken);

        protected abstract Task PutAsync(string key, Stream source, CancellationToken cancellationToken);
    }

    private sealed class Store(BenchmarkContext context) : Put(context)
    {
        protected override Task PutAsync(string key, Stream source, CancellationToken cancellationToken) => Bucket.PutAsync(key, source, cancellationToken: cancellationToken);
    }

    private sealed class Sdk(BenchmarkContext context) : Put(context)
    {
        protected override Task PutAsync(string key, Stream source, CancellationToken cancellationToken) => BlobOf(key).UploadAsync(source, overwrite: true, cancellationToken);
    }
}
