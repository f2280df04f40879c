using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>Puts a large object.</summary>
/// <param name="operation">What is the provider's.</param>
internal sealed class LargePut(LargePutOperation operation) : PlacedCase(operation.Place)
{
    /// <summary>The size of a part by default.</summary>
    private const long PartSize = 8 * LargeObjects.Mebibyte;

    public override string Name => operation.Name;

    public override string Library => operation.Library;

    public override string Baseline => operation.Baseline;

    public override string BoundBy => operation.BoundBy;

    public override IReadOnlyList<Limit> Limits => operation.Limits;

    public override CaseSize FullSize => new(operation.FullBytes, 1);

    public override CaseSize ShortSize => new(20 * LargeObjects.Mebibyte, 1);

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(context, cancellationToken);
        foreach (long size in operation.IsFile ? new HashSet<long> { operation.WarmUpBytes, context.Size.Bytes } : [])
        {
            await using FileStream file = File.Create(FileOf(context, size));
            await new PatternStream(size).CopyToAsync(file, cancellationToken);
        }
    }

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken)
    {
        LargeObjects objects = operation.Open(context, side);
        LargeSource warmUp = SourceOf(context, operation.WarmUpBytes);
        LargeSource source = SourceOf(context, context.Size.Bytes);
        return Task.FromResult<Workload>(
            side == Side.Library ? new Store(objects, warmUp, source) : new Bare(objects, warmUp, source));
    }

    private static string FileOf(BenchmarkContext context, long size) => Path.Combine(context.Folder, $"source-{size}");

    private LargeSource SourceOf(BenchmarkContext context, long size) => new(size, operation.IsFile ? FileOf(context, size) : null);

    private abstract class Put(LargeObjects objects, LargeSource warmUp, LargeSource source) : Workload
    {
        private readonly string _key = Guid.NewGuid().ToString("N");

        protected LargeObjects Objects => objects;

        public override Task WarmUpAsync(CancellationToken cancellationToken) => PutAsync("warm-up", warmUp, cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => PutAsync(_key, source, cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using (Stream stored = await objects.OpenAsync(_key, cancellationToken))
            {
                await Same.RequirePatternAsync(stored, source.Size, cancellationToken);
            }

            await objects.DeleteAsync(_key, cancellationToken);
        }

        public override async ValueTask DisposeAsync()
        {
            await objects.DisposeAsync();
            await base.DisposeAsync();
        }

        protected abstract Task PutAsync(string key, LargeSource from, CancellationToken cancellationToken);
    }

    private sealed class Store(LargeObjects objects, LargeSource warmUp, LargeSource source) : Put(objects, warmUp, source)
    {
        private readonly long _size = source.Size;
        private ObjectProperties? _made;

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            string etag = await PatternETag.OfAsync(_size, PartSize);
            Same.Require(_made!.ETag == etag, $"the ETag is {_made.ETag}, not {etag}");
            string kept = (await Objects.Bucket.HeadAsync(_made.Key, cancellationToken: cancellationToken)).ETag;
            Same.Require(kept == etag, $"the ETag that is kept is {kept}, not {etag}");
            await base.VerifyAsync(cancellationToken);
        }

        protected override async Task PutAsync(string key, LargeSource from, CancellationToken cancellationToken)
        {
            await using Stream stream = from.Open();
            _made = await Objects.Bucket.PutAsync(key, stream, cancellationToken: cancellationToken);
        }
    }

    private sealed class Bare(LargeObjects objects, LargeSource warmUp, LargeSource source) : Put(objects, warmUp, source)
    {
        protected override Task PutAsync(string key, LargeSource from, CancellationToken cancellationToken) =>
            Objects.PutAsync(key, from, cancellationToken);
    }
}
