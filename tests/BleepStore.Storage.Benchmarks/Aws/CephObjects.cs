using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using BleepStore.Storage.Aws;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>Objects on Ceph. The library and the SDK's own transfer of large objects use the same bucket.</summary>
internal sealed class CephObjects : LargeObjects
{
    private readonly ObjectStore _store;
    private readonly AmazonS3Client _client;
    private readonly AmazonS3Client _direct;
    private readonly TransferUtilityConfig _transfers = new();
    private readonly string _upstream;

    /// <param name="context">The context of the case.</param>
    /// <param name="concurrency">How many parts are under way at a time, on both sides. By default both sides use their own.</param>
    public CephObjects(BenchmarkContext context, int? concurrency = null)
    {
        var server = new Uri(context.Timed);
        S3Account account = Radosgw.AccountAt(new Uri(server, "/"));
        _upstream = server.AbsolutePath.Trim('/');
        var options = new ObjectStoreOptions();
        if (concurrency is { } most)
        {
            options.MaxConcurrency = most;
            _transfers.ConcurrentServiceRequests = most;
        }

        _store = AwsStore.Create(account.Options(_upstream), options);
        Bucket = _store.GetBucket(BucketName);

        // The very configuration that the library made, so that neither side has an easier client.
        var configuration = (AmazonS3Config)_store.GetService<IAmazonS3>()!.Config;
        _client = new AmazonS3Client(new BasicAWSCredentials(account.AccessKey, account.SecretKey), configuration);
        _direct = Radosgw.AccountAt(new Uri(new Uri(context.Server!), "/")).Client();
    }

    public override Bucket Bucket { get; }

    public override async Task PutAsync(string key, LargeSource source, CancellationToken cancellationToken)
    {
        using var transfer = new TransferUtility(_client, _transfers);
        var request = new TransferUtilityUploadRequest { BucketName = _upstream, Key = NameOf(key) };
        if (source.Path is { } path)
        {
            request.FilePath = path;
        }
        else
        {
            request.InputStream = source.Open();
        }

        await transfer.UploadAsync(request, cancellationToken);
    }

    /// <summary>By ranges, because this server knows no parts of a complete object. By parts the SDK would get all in one.</summary>
    public override async Task GetFileAsync(string key, string path, CancellationToken cancellationToken)
    {
        using var transfer = new TransferUtility(_client, _transfers);
        var request = new TransferUtilityDownloadRequest
        {
            BucketName = _upstream,
            Key = NameOf(key),
            FilePath = path,
            MultipartDownloadType = MultipartDownloadType.RANGE,
            PartSize = PartSize,
        };
        await transfer.DownloadWithResponseAsync(request, cancellationToken);
    }

    /// <summary>In one request. <see cref="TransferUtility"/> is for large ones.</summary>
    public override Task PutSmallFileAsync(string key, string path, CancellationToken cancellationToken) =>
        _client.PutObjectAsync(new PutObjectRequest { BucketName = _upstream, Key = NameOf(key), FilePath = path }, cancellationToken);

    /// <summary>In one request.</summary>
    public override async Task GetSmallFileAsync(string key, string path, CancellationToken cancellationToken)
    {
        using GetObjectResponse answer = await _client.GetObjectAsync(_upstream, NameOf(key), cancellationToken);
        await answer.WriteResponseStreamToFileAsync(path, append: false, cancellationToken);
    }

    public override async Task<byte[]> GetStartAsync(string key, int count, CancellationToken cancellationToken)
    {
        var range = new Amazon.S3.Model.ByteRange(0, count - 1);
        var request = new GetObjectRequest { BucketName = _upstream, Key = NameOf(key), ByteRange = range };
        using GetObjectResponse answer = await _client.GetObjectAsync(request, cancellationToken);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
        await answer.ResponseStream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    public override async Task<Stream> OpenAsync(string key, CancellationToken cancellationToken)
    {
        GetObjectResponse stored = await _direct.GetObjectAsync(_upstream, NameOf(key), cancellationToken);
        return stored.ResponseStream;
    }

    public override Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        _direct.DeleteObjectAsync(_upstream, NameOf(key), cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _direct.Dispose();
        await _store.DisposeAsync();
    }

    private static string NameOf(string key) => $"{BucketName}/{key}";
}
