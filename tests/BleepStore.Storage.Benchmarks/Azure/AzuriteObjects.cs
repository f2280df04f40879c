using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>Objects on Azurite. The library and the SDK at its defaults use the same container.</summary>
internal sealed class AzuriteObjects : LargeObjects
{
    private const string ContainerName = "store";

    private readonly ObjectStore _store;
    private readonly BlobContainerClient _container;
    private readonly BlobContainerClient _direct;
    private readonly int? _concurrency;

    /// <param name="context">The context of the case.</param>
    /// <param name="concurrency">How many parts are under way at a time, on both sides. By default both sides use their own.</param>
    public AzuriteObjects(BenchmarkContext context, int? concurrency = null)
    {
        _concurrency = concurrency;

        // Parts may be of any size, so that a sixteenth of a part is one, too.
        var options = new ObjectStoreOptions { MinimumPartSize = 1 };
        options.MaxConcurrency = concurrency ?? options.MaxConcurrency;
        _store = AzureStore.Create(new AzureBackendOptions { ConnectionString = context.Timed, Container = ContainerName }, options);
        _container = ContainerOf(context.Timed);
        _direct = ContainerOf(context.Server!);
        Bucket = _store.GetBucket(BucketName);
    }

    public override Bucket Bucket { get; }

    public static BlobContainerClient ContainerOf(string connection) => new(connection, ContainerName);

    /// <summary>Only the concurrency is given, and the sizes of blocks are the SDK's.</summary>
    public override Task PutAsync(string key, LargeSource source, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { TransferOptions = new StorageTransferOptions { MaximumConcurrency = _concurrency } };
        return source.Path is { } path
            ? BlobOf(key).UploadAsync(path, options, cancellationToken)
            : BlobOf(key).UploadAsync(source.Open(), options, cancellationToken);
    }

    /// <summary>In ranges like the library's. By default the SDK gets the first 256 MiB in one request.</summary>
    public override Task GetFileAsync(string key, string path, CancellationToken cancellationToken)
    {
        var transfers = new StorageTransferOptions
        {
            InitialTransferSize = PartSize,
            MaximumTransferSize = PartSize,
            MaximumConcurrency = _concurrency,
        };
        return BlobOf(key).DownloadToAsync(path, new BlobDownloadToOptions { TransferOptions = transfers }, cancellationToken);
    }

    public override async Task<byte[]> GetStartAsync(string key, int count, CancellationToken cancellationToken)
    {
        var range = new BlobDownloadOptions { Range = new HttpRange(0, count) };
        using BlobDownloadStreamingResult answer = await BlobOf(key).DownloadStreamingAsync(range, cancellationToken);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
        await answer.Content.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    public override Task<Stream> OpenAsync(string key, CancellationToken cancellationToken) =>
        BlobOf(_direct, key).OpenReadAsync(cancellationToken: cancellationToken);

    public override Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        BlobOf(_direct, key).DeleteAsync(cancellationToken: cancellationToken);

    public override ValueTask DisposeAsync() => _store.DisposeAsync();

    private BlobClient BlobOf(string key) => BlobOf(_container, key);

    private static BlobClient BlobOf(BlobContainerClient container, string key) => container.GetBlobClient($"{BucketName}/{key}");
}
