using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Local;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>A case on the disk, with bytes that all runs read.</summary>
internal abstract class LocalCase() : PlacedCase(DiskPlace.Place)
{
    /// <summary>Whether the bytes that the runs read are flushed.</summary>
    protected virtual Durability FillDurability => Durability.Full;

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(PlainFolder(context));
        await PrepareStoreAsync(LocalLayer.Native, context, cancellationToken);
    }

    /// <summary>Makes a store with the bytes that the runs read.</summary>
    public async Task PrepareStoreAsync(LocalLayer layer, BenchmarkContext context, CancellationToken cancellationToken)
    {
        await using ObjectStore store = await layer.CreateAsync(context, FillDurability, cancellationToken);
        await FillAsync(store.GetBucket(LargeObjects.BucketName), context, cancellationToken);
    }

    /// <summary>Makes the library's side ready.</summary>
    /// <param name="layer">The file layer of its store.</param>
    /// <param name="context">The context of the case.</param>
    public abstract Workload OpenStore(LocalLayer layer, BenchmarkContext context);

    protected static string PlainFolder(BenchmarkContext context) => DiskPlace.PlainFolder(context);

    /// <summary>Puts there what the runs read.</summary>
    protected virtual Task FillAsync(Bucket bucket, BenchmarkContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
