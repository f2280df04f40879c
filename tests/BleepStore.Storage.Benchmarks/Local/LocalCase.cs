using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Local;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>A case on the disk. The plain files are in a folder beside the store, on the same file system.</summary>
internal abstract class LocalCase : BenchmarkCase
{
    public override Task<string?> FindObstacleAsync() =>
        Task.FromResult(OperatingSystem.IsLinux() ? null : "The local backend runs on Linux.");

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(PlainFolder(context));
        await using ObjectStore store = await LocalWorkload.CreateStoreAsync(context, Durability.Full, cancellationToken);
        await FillAsync(store.GetBucket(LocalWorkload.BucketName), context, cancellationToken);
    }

    protected static string PlainFolder(BenchmarkContext context) => Path.Combine(context.Folder, "plain");

    /// <summary>Puts there what the runs read.</summary>
    protected virtual Task FillAsync(Bucket bucket, BenchmarkContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
