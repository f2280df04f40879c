using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.InMemory;

namespace BleepStore.Storage.Benchmarks.InMemory;

/// <summary>A folder on the disk, and a bucket in memory. Both sides hold the same objects, and their memory is in the figures.</summary>
internal sealed class MemorySync() : SyncCase(new MemoryPlace())
{
    public override string Name => "memory-sync";

    public override string Title => "Sync of a folder, in memory";

    protected override async Task<ObjectStore> OpenStoreAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        ObjectStore store = InMemoryStore.Create();
        await store.CreateBucketAsync(LargeObjects.BucketName, cancellationToken: cancellationToken);
        await FillAsync(store, context, cancellationToken);
        return store;
    }
}
