using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>Gets a large object into a file.</summary>
/// <param name="operation">The part of the provider.</param>
internal sealed class LargeDownload(LargeDownloadOperation operation) : PlacedCase(operation.Place)
{
    private const string Key = "large";
    private const string WarmUpKey = "warm-up";
    private const long WarmUpBytes = 20 * LargeObjects.Mebibyte;

    public override string Name => operation.Name;

    public override string Title => operation.Title;

    public override string Library => operation.Library;

    public override string Baseline => operation.Baseline;

    public override string BoundBy => operation.BoundBy;

    public override IReadOnlyList<Limit> Limits => operation.Limits;

    public override bool IsOnlyFull => operation.IsOnlyFull;

    public override CaseSize FullSize => new(1024 * LargeObjects.Mebibyte, 1);

    /// <summary>Two parts.</summary>
    public override CaseSize ShortSize => new(9 * LargeObjects.Mebibyte, 1);

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(context, cancellationToken);
        foreach (Side side in operation.HasTwoObjects ? Enum.GetValues<Side>() : [Side.Library])
        {
            await using LargeObjects objects = operation.Open(context with { Throttled = null }, side);
            foreach ((string key, long size) in new[] { (WarmUpKey, Math.Min(WarmUpBytes, context.Size.Bytes)), (Key, context.Size.Bytes) })
            {
                await (side == Side.Library
                    ? objects.Bucket.PutAsync(key, new PatternStream(size), cancellationToken: cancellationToken)
                    : objects.PutAsync(key, new LargeSource(size, Path: null), cancellationToken));
            }
        }
    }

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken)
    {
        LargeObjects objects = operation.Open(context, side);
        return Task.FromResult<Workload>(side == Side.Library
            ? new Store(objects, context, new GetFileOptions { Verify = operation.Verifies })
            : new Bare(objects, context));
    }

    private abstract class Download(LargeObjects objects, BenchmarkContext context) : Workload
    {
        private readonly string _path = Path.Combine(context.Folder, $"got-{Guid.NewGuid():N}");

        protected LargeObjects Objects => objects;

        private string WarmUpPath => $"{_path}.{WarmUpKey}";

        public override Task WarmUpAsync(CancellationToken cancellationToken) => GetAsync(WarmUpKey, WarmUpPath, cancellationToken);

        /// <summary>The disk does not write the warm-up meanwhile.</summary>
        public override Task ArrangeAsync(CancellationToken cancellationToken)
        {
            File.Delete(WarmUpPath);
            SystemDisk.Settle();
            return Task.CompletedTask;
        }

        public override Task RunAsync(CancellationToken cancellationToken) => GetAsync(Key, _path, cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using (FileStream got = File.OpenRead(_path))
            {
                await Same.RequirePatternAsync(got, context.Size.Bytes, cancellationToken);
            }

            File.Delete(_path);
        }

        public override async ValueTask DisposeAsync()
        {
            await objects.DisposeAsync();
            await base.DisposeAsync();
        }

        protected abstract Task GetAsync(string key, string path, CancellationToken cancellationToken);
    }

    private sealed class Store(LargeObjects objects, BenchmarkContext context, GetFileOptions options) : Download(objects, context)
    {
        protected override Task GetAsync(string key, string path, CancellationToken cancellationToken) =>
            Objects.Bucket.GetFileAsync(key, path, options, cancellationToken);
    }

    private sealed class Bare(LargeObjects objects, BenchmarkContext context) : Download(objects, context)
    {
        protected override Task GetAsync(string key, string path, CancellationToken cancellationToken) =>
            Objects.GetFileAsync(key, path, cancellationToken);
    }
}
