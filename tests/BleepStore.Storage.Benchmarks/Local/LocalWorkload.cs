using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>The library's side of a case on the disk, which is a flushed store with defaults and one bucket.</summary>
/// <param name="store">The store, which is disposed with the workload.</param>
internal abstract class LocalWorkload(ObjectStore store) : Workload
{
    protected Bucket Bucket { get; } = store.GetBucket(LargeObjects.BucketName);

    public static string RootIn(BenchmarkContext context) => Path.Combine(context.Folder, LocalLayer.Native.Folder);

    public override async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await base.DisposeAsync();
    }
}
