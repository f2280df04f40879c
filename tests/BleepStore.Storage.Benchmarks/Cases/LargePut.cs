using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>Puts a large object.</summary>
/// <param name="operation">The part of the provider.</param>
internal sealed class LargePut(LargePutOperation operation) : PlacedCase(operation.Place)
{
    public override string Name => operation.Name;

    public override string Title => operation.Title ?? Name;

    public override string Library => operation.Library;

    public override string Baseline => operation.Baseline;

    public override string BoundBy => operation.BoundBy;

    public override IReadOnlyList<Limit> Limits => operation.Limits;

    public override bool IsOnlyFull => operation.IsOnlyFull;

    public override bool FillsServer => operation.FillsServer;

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
            side == Side.Library
                ? new Store(objects, warmUp, source, operation.IsDropped)
                : new Bare(objects, warmUp, source, operation.IsDropped));
    }

    private static string FileOf(BenchmarkContext context, long size) => Path.Combine(context.Folder, $"source-{size}");

    private LargeSource SourceOf(BenchmarkContext context, long size) => new(size, operation.IsFile ? FileOf(context, size) : null);

    private abstract class Put(LargeObjects objects, LargeSource warmUp, LargeSource source, bool isDropped) : Workload
    {
        private readonly string _key = Guid.NewGuid().ToString("N");

        protected LargeObjects Objects => objects;

        public override Task WarmUpAsync(CancellationToken cancellationToken) => PutAsync("warm-up", warmUp, cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => PutAsync(_key, source, cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            if (isDropped)
            {
                long size = (await objects.Bucket.HeadAsync(_key, cancellationToken: cancellationToken)).Size;
                Same.Require(size == source.Size, $"{size} bytes arrived, not {source.Size}");
                return;
            }

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

    private sealed class Store(LargeObjects objects, LargeSource warmUp, LargeSource source, bool isDropped)
        : Put(objects, warmUp, source, isDropped)
    {
        private readonly bool _isDropped = isDropped;
        private readonly long _size = source.Size;
        private ObjectProperties? _made;

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            if (!_isDropped)
            {
                string etag = await PatternETag.OfAsync(_size, LargeObjects.PartSize);
                Same.Require(_made!.ETag == etag, $"the ETag is {_made.ETag}, not {etag}");
                string kept = (await Objects.Bucket.HeadAsync(_made.Key, cancellationToken: cancellationToken)).ETag;
                Same.Require(kept == etag, $"the ETag that is kept is {kept}, not {etag}");
            }

            await base.VerifyAsync(cancellationToken);
        }

        protected override async Task PutAsync(string key, LargeSource from, CancellationToken cancellationToken)
        {
            if (from.Path is { } path)
            {
                _made = await Objects.Bucket.PutFileAsync(key, path, cancellationToken: cancellationToken);
                return;
            }

            await using Stream stream = from.Open();
            _made = await Objects.Bucket.PutAsync(key, stream, cancellationToken: cancellationToken);
        }
    }

    private sealed class Bare(LargeObjects objects, LargeSource warmUp, LargeSource source, bool isDropped)
        : Put(objects, warmUp, source, isDropped)
    {
        protected override Task PutAsync(string key, LargeSource from, CancellationToken cancellationToken) =>
            Objects.PutAsync(key, from, cancellationToken);
    }
}
