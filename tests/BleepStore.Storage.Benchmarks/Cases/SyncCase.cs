using System.Security.Cryptography;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>
/// Synchronises a folder with a bucket after one file of a hundred has changed. The baseline is the library, too, on ten folders with a
/// tenth of the files each. When the cost is linear and the memory is flat, the two take the same.
/// </summary>
/// <param name="place">Where it runs.</param>
internal abstract class SyncCase(BenchmarkPlace place) : PlacedCase(place)
{
    private const int Fraction = 10;
    private const string All = "all";

    public override string Library => "`SyncAsync` of a folder, one file of a hundred changed";

    public override string Baseline => $"The same of {Fraction} folders with a {Fraction}th of the files each, one after another";

    public override string BoundBy => "Opening and hashing every file";

    public override IReadOnlyList<Limit> Limits { get; } = [Limit.Ratio(Metric.Time, 1.3), Limit.Ratio(Metric.ManagedPeak, 1.3)];

    public override CaseSize FullSize => new(1024, 20_000);

    public override CaseSize ShortSize => new(1024, 100);

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(context, cancellationToken);
        FilesOf(context, 1).Write(FolderOf(context, All));
        for (int few = 0; few < Fraction; few++)
        {
            FilesOf(context, Fraction).Write(FolderOf(context, FewOf(few)));
        }
    }

    public override async Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken)
    {
        ObjectStore store = await OpenStoreAsync(context, cancellationToken);
        string[] trees = side == Side.Library ? [All] : [.. Enumerable.Range(0, Fraction).Select(FewOf)];
        return new Sync(store, context, trees);
    }

    /// <summary>Opens a store whose bucket holds what <see cref="FillAsync"/> put there.</summary>
    protected abstract Task<ObjectStore> OpenStoreAsync(BenchmarkContext context, CancellationToken cancellationToken);

    /// <summary>Uploads all folders.</summary>
    protected static async Task FillAsync(ObjectStore store, BenchmarkContext context, CancellationToken cancellationToken)
    {
        Bucket bucket = store.GetBucket(LargeObjects.BucketName);
        foreach (string tree in Enumerable.Range(0, Fraction).Select(FewOf).Append(All))
        {
            FolderReport report = await bucket.UploadFolderAsync(FolderOf(context, tree), tree, cancellationToken: cancellationToken);
            report.ThrowIfFailed();
        }
    }

    private static string FewOf(int number) => $"few-{number}";

    private static string FolderOf(BenchmarkContext context, string tree) => Path.Combine(context.Folder, "trees", tree);

    private static SmallFiles FilesOf(BenchmarkContext context, int fraction) => new(context.Size.Bytes, context.Size.Count / fraction);

    private sealed class Sync(ObjectStore store, BenchmarkContext context, string[] trees) : Workload
    {
        private readonly Bucket _bucket = store.GetBucket(LargeObjects.BucketName);
        private readonly int _filesPerTree = context.Size.Count / (trees.Length == 1 ? 1 : Fraction);
        private readonly Dictionary<string, byte[]> _changed = [];
        private long _transferred;
        private long _unchanged;

        /// <summary>Nothing has changed yet. A tree of both sides is not needed, because a small one runs the same code.</summary>
        public override Task WarmUpAsync(CancellationToken cancellationToken) => SyncAsync(FewOf(0), cancellationToken);

        /// <summary>Gives one file of a hundred other bytes of the same number.</summary>
        public override async Task ArrangeAsync(CancellationToken cancellationToken)
        {
            (_transferred, _unchanged) = (0, 0);
            foreach (string tree in trees)
            {
                for (int number = 0; number < _filesPerTree; number += 100)
                {
                    string name = SmallFiles.NameOf(number);
                    byte[] bytes = RandomNumberGenerator.GetBytes((int)context.Size.Bytes);
                    await File.WriteAllBytesAsync(Path.Combine(FolderOf(context, tree), name), bytes, cancellationToken);
                    _changed.Add($"{tree}/{name}", bytes);
                }
            }

            SystemDisk.Settle();
        }

        public override async Task RunAsync(CancellationToken cancellationToken)
        {
            foreach (string tree in trees)
            {
                await SyncAsync(tree, cancellationToken);
            }
        }

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            Same.Require(_transferred == _changed.Count, $"{_transferred} files were transferred, not {_changed.Count}");
            Same.Require(_transferred + _unchanged == trees.Length * _filesPerTree, $"{_unchanged} files were unchanged");
            foreach ((string key, byte[] bytes) in _changed)
            {
                await using ObjectReader reader = await _bucket.GetAsync(key, cancellationToken: cancellationToken);
                byte[] stored = await reader.ReadAllAsync(cancellationToken);
                Same.Require(stored.AsSpan().SequenceEqual(bytes), $"the object {key} has other bytes");
            }
        }

        public override async ValueTask DisposeAsync()
        {
            await store.DisposeAsync();
            await base.DisposeAsync();
        }

        private async Task SyncAsync(string tree, CancellationToken cancellationToken)
        {
            SyncPlace source = SyncPlace.Folder(FolderOf(context, tree));
            FolderReport report = await source.SyncAsync(SyncPlace.Bucket(_bucket, tree), cancellationToken: cancellationToken);
            _transferred += report.ThrowIfFailed().Transferred;
            _unchanged += report.Unchanged;
        }
    }
}
