using System.IO.Pipelines;
using Amazon.S3;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>A client of the application's own, which has none of our handlers in its pipeline, over plain http, on Ceph.</summary>
public sealed class GivenClientTests
{
    private const int MiB = 1024 * 1024;

    [TestCase(0)]
    [TestCase(1000)]
    [TestCase((5 * MiB) + 1000)]
    public async Task What_it_puts_comes_back(int size)
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        using AmazonS3Client client = account.Client();
        var options = new AwsBackendOptions { Bucket = await account.CreateBucketAsync() };
        await using ObjectStore store = AwsStore.Create(
            client, options, new ObjectStoreOptions { PartSize = 5 * MiB, MultipartThreshold = 5 * MiB });
        Bucket bucket = await store.CreateBucketAsync("bucket");
        byte[] content = Payload.Bytes(size);

        ObjectProperties bytes = await bucket.PutAsync("bytes", content);
        ObjectProperties stream = await bucket.PutAsync("stream", PipeReader.Create(new MemoryStream(content)).AsStream());

        Assert.That(stream.ETag, Is.EqualTo(bytes.ETag));
        foreach (string key in new[] { "bytes", "stream" })
        {
            await using ObjectReader reader = await bucket.GetAsync(key);
            Assert.That((await reader.ReadAllAsync()).AsSpan().SequenceEqual(content), Is.True, key);
        }
    }
}
