using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using BleepStore.Storage.Aws;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>Objects on Ceph: the library and the SDK's own way of sending large ones, on the same bucket.</summary>
internal sealed class CephObjects : LargeObjects
{
    private readonly ObjectStore _store;
    private readonly AmazonS3Client _client;
    private readonly string _upstream;

    public CephObjects(BenchmarkContext context)
    {
        var server = new Uri(context.Server!);
        S3Account account = Radosgw.AccountAt(new Uri(server, "/"));
        _upstream = server.AbsolutePath.Trim('/');
        _store = AwsStore.Create(account.Options(_upstream));
        Bucket = _store.GetBucket(BucketName);

        // The very configuration that the library made, so that neither side has an easier client.
        var configuration = (AmazonS3Config)_store.GetService<IAmazonS3>()!.Config;
        _client = new AmazonS3Client(new BasicAWSCredentials(account.AccessKey, account.SecretKey), configuration);
    }

    public override Bucket Bucket { get; }

    public override async Task PutAsync(string key, LargeSource source, CancellationToken cancellationToken)
    {
        using var transfer = new TransferUtility(_client);
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

    public override async Task<Stream> OpenAsync(string key, CancellationToken cancellationToken)
    {
        GetObjectResponse stored = await _client.GetObjectAsync(_upstream, NameOf(key), cancellationToken);
        return stored.ResponseStream;
    }

    public override Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        _client.DeleteObjectAsync(_upstream, NameOf(key), cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _store.DisposeAsync();
    }

    private static string NameOf(string key) => $"{BucketName}/{key}";
}
