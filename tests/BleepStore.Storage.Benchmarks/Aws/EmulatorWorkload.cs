using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using BleepStore.Storage.Aws;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>One side of a case on Ceph: the library and the bare client, on the same bucket.</summary>
internal abstract class EmulatorWorkload : Workload
{
    private const string BucketName = "benchmark";

    private readonly ObjectStore _store;

    protected EmulatorWorkload(BenchmarkContext context)
    {
        Context = context;
        var server = new Uri(context.Server!);
        S3Account account = Radosgw.AccountAt(new Uri(server, "/"));
        Upstream = server.AbsolutePath.Trim('/');
        _store = AwsStore.Create(account.Options(Upstream));
        Bucket = _store.GetBucket(BucketName);

        // The very configuration that the library made, so that neither side has an easier client.
        Client = new AmazonS3Client(new BasicAWSCredentials(account.AccessKey, account.SecretKey), (AmazonS3Config)_store.GetService<IAmazonS3>()!.Config);
    }

    protected BenchmarkContext Context { get; }

    protected Bucket Bucket { get; }

    /// <summary>The bare client.</summary>
    protected AmazonS3Client Client { get; }

    protected string Upstream { get; }

    public override async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _store.DisposeAsync();
        await base.DisposeAsync();
    }

    protected static string NameOf(string key) => $"{BucketName}/{key}";

    /// <summary>Compares what is stored, read by the bare client, and deletes it.</summary>
    protected async Task RequireStoredAsync(string key, long size, CancellationToken cancellationToken)
    {
        using (GetObjectResponse stored = await Client.GetObjectAsync(Upstream, NameOf(key), cancellationToken))
        {
            await Same.RequirePatternAsync(stored.ResponseStream, size, cancellationToken);
        }

        await Client.DeleteObjectAsync(Upstream, NameOf(key), cancellationToken);
    }
}
