using Azure.Storage.Blobs;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>Objects on Azurite: the library and the SDK as it comes, on the same container.</summary>
internal sealed class AzuriteObjects : LargeObjects
{
    private const string ContainerName = "store";

    private readonly ObjectStore _store;
    private readonly BlobContainerClient _container;

    public AzuriteObjects(BenchmarkContext context)
    {
        // Parts may be of any size, so that a sixteenth of a part is one, too.
        var options = new ObjectStoreOptions { MinimumPartSize = 1 };
        _store = AzureStore.Create(new AzureBackendOptions { ConnectionString = context.Server, Container = ContainerName }, options);
        _container = ContainerOf(context.Server!);
        Bucket = _store.GetBucket(BucketName);
    }

    public override Bucket Bucket { get; }

    public static BlobContainerClient ContainerOf(string connection) => new(connection, ContainerName);

    public override Task PutAsync(string key, LargeSource source, CancellationToken cancellationToken) =>
        BlobOf(key).UploadAsync(source.Open(), overwrite: true, cancellationToken);

    public override Task<Stream> OpenAsync(string key, CancellationToken cancellationToken) =>
        BlobOf(key).OpenReadAsync(cancellationToken: cancellationToken);

    public override Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        BlobOf(key).DeleteAsync(cancellationToken: cancellationToken);

    public override ValueTask DisposeAsync() => _store.DisposeAsync();

    private BlobClient BlobOf(string key) => _container.GetBlobClient($"{BucketName}/{key}");
}
