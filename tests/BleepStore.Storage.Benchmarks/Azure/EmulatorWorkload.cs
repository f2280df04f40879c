using Azure.Storage.Blobs;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>One side of a case on Azurite: the library and the bare client, on the same container.</summary>
internal abstract class EmulatorWorkload : Workload
{
    private const string ContainerName = "store";
    private const string BucketName = "benchmark";

    private readonly ObjectStore _store;

    protected EmulatorWorkload(BenchmarkContext context, ObjectStoreOptions? options = null)
    {
        Context = context;
        _store = AzureStore.Create(new AzureBackendOptions { ConnectionString = context.Server, Container = ContainerName }, options);
        Bucket = _store.GetBucket(BucketName);
        Container = ContainerOf(context.Server!);
    }

    protected BenchmarkContext Context { get; }

    protected Bucket Bucket { get; }

    /// <summary>The bare client.</summary>
    protected BlobContainerClient Container { get; }

    public static BlobContainerClient ContainerOf(string connection) => new(connection, ContainerName);

    public override async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await base.DisposeAsync();
    }

    protected BlobClient BlobOf(string key) => Container.GetBlobClient($"{BucketName}/{key}");

    /// <summary>Compares what is stored, read by the bare client, and deletes it.</summary>
    protected async Task RequireStoredAsync(string key, long size, CancellationToken cancellationToken)
    {
        await using (Stream stored = await BlobOf(key).OpenReadAsync(cancellationToken: cancellationToken))
        {
            await Same.RequirePatternAsync(stored, size, cancellationToken);
        }

        await BlobOf(key).DeleteAsync(cancellationToken: cancellationToken);
    }
}
