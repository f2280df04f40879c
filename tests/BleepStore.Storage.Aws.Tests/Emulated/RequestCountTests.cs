using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Emulated;

/// <summary>Counts the requests of every operation on Ceph. docs/aws.md shows the same table.</summary>
public sealed class RequestCountTests
{
    private const int MiB = 1024 * 1024;

    [Test]
    public async Task Every_operation_costs_what_the_table_says()
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        using var wire = new CountingHandler();
        AwsBackendOptions options = account.Options(await account.CreateBucketAsync());
        options.ConfigureClient = config => config.HttpClientFactory = new WireFactory(wire);
        await using ObjectStore store = AwsStore.Create(
            options, new ObjectStoreOptions { PartSize = 5 * MiB, MultipartThreshold = 5 * MiB });

        await AssertCostsAsync(
            store.CreateBucketAsync("first"), "PUT", "PUT", "PUT", "PUT", "PUT", "PUT", "PUT", "DELETE", "DELETE", "PUT");
        await AssertCostsAsync(store.CreateBucketAsync("bucket"), "PUT");
        Bucket bucket = store.GetBucket("bucket");
        await AssertCostsAsync(store.BucketExistsAsync("bucket"), "HEAD");
        await AssertCostsAsync(bucket.PutAsync("small", new byte[1024]), "PUT");
        await AssertCostsAsync(bucket.PutAsync("absent", new byte[1024], new PutOptions { IfAbsent = true }), "PUT");
        ObjectProperties small = await bucket.HeadAsync("small");
        wire.Take();
        await AssertCostsAsync(bucket.PutAsync("small", new byte[1024], new PutOptions { IfMatch = small.ETag }), "PUT");
        await AssertCostsAsync(
            bucket.PutAsync("large", new byte[12 * MiB]), "POST uploads", "PUT part", "PUT part", "PUT part", "POST upload", "HEAD");
        await AssertCostsAsync(bucket.HeadAsync("small"), "HEAD");
        await AssertCostsAsync(ReadAsync(bucket, "small", options: null), "GET");
        await AssertCostsAsync(ReadAsync(bucket, "large", new GetOptions { Range = ByteRange.From(5 * MiB, 100) }), "GET");
        await AssertCostsAsync(ReadAsync(bucket, "large", new GetOptions { Range = ByteRange.Suffix(100) }), "GET");
        await AssertCostsAsync(bucket.ListPageAsync(), "GET list");
        await AssertCostsAsync(bucket.DeleteAsync("absent"), "DELETE");
        await AssertCostsAsync(bucket.DeleteManyAsync(["a", "b", "c"]), "POST many");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        Assert.That(wire.Take(), Is.EqualTo(new[] { "POST uploads" }));
        PartInfo first = await upload.UploadPartAsync(1, new byte[5 * MiB]);
        Assert.That(wire.Take(), Is.EqualTo(new[] { "PUT part" }));
        PartInfo second = await upload.CopyPartAsync(2, new ObjectAddress("bucket", "large"), ByteRange.From(0, 6 * MiB));
        Assert.That(wire.Take(), Is.EqualTo(new[] { "HEAD", "PUT part copy" }));
        await AssertCostsAsync(upload.ListPartsAsync().CountAsync().AsTask(), "GET upload");
        await AssertCostsAsync(bucket.ListMultipartUploadsAsync().CountAsync().AsTask(), "GET uploads");
        await AssertCostsAsync(upload.CompleteAsync([first, second]), "POST upload", "HEAD");
        MultipartUpload aborted = await bucket.CreateMultipartUploadAsync("aborted");
        wire.Take();
        await AssertCostsAsync(aborted.AbortAsync(), "DELETE upload");
        await AssertCostsAsync(bucket.CopyAsync(new ObjectAddress("bucket", "small"), "copy"), "HEAD", "PUT copy");

        async Task AssertCostsAsync(Task operation, params string[] expected)
        {
            await operation;
            Assert.That(wire.Take(), Is.EquivalentTo(expected));
        }
    }

    private static async Task ReadAsync(Bucket bucket, string key, GetOptions? options)
    {
        await using ObjectReader reader = await bucket.GetAsync(key, options);
        await reader.ReadAllAsync();
    }
}
