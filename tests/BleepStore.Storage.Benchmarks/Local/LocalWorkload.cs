using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Local;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>The library's side of a case on the disk, which is a flushed store with defaults and one bucket.</summary>
internal abstract class LocalWorkload : Workload
{
    private readonly ObjectStore _store;

    protected LocalWorkload(string root, ObjectStoreOptions? options = null)
    {
        _store = LocalStore.Create(new LocalBackendOptions { RootPath = root }, options);
        Bucket = _store.GetBucket(LargeObjects.BucketName);
    }

    protected Bucket Bucket { get; }

    public static string RootIn(BenchmarkContext context) => Path.Combine(context.Folder, "store");

    /// <summary>Makes the store and its bucket.</summary>
    public static async Task<ObjectStore> CreateStoreAsync(
        BenchmarkContext context, Durability durability, CancellationToken cancellationToken)
    {
        ObjectStore store = LocalStore.Create(new LocalBackendOptions { RootPath = RootIn(context), Durability = durability });
        await store.CreateBucketAsync(LargeObjects.BucketName, cancellationToken: cancellationToken);
        return store;
    }

    public override async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await base.DisposeAsync();
    }
}
