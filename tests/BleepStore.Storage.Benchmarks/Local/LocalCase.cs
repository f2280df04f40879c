using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Local;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>A case on the disk, with bytes that all runs read.</summary>
internal abstract class LocalCase() : PlacedCase(DiskPlace.Place)
{
    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(context, cancellationToken);
        await using ObjectStore store = LocalStore.Create(new LocalBackendOptions { RootPath = LocalWorkload.RootIn(context) });
        await FillAsync(store.GetBucket(LargeObjects.BucketName), context, cancellationToken);
    }

    protected static string PlainFolder(BenchmarkContext context) => DiskPlace.PlainFolder(context);

    /// <summary>Puts there what the runs read.</summary>
    protected virtual Task FillAsync(Bucket bucket, BenchmarkContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
