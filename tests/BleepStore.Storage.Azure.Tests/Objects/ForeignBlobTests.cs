using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Objects;

/// <summary>Blobs that other tools have leased, archived, or made as an append or page blob.</summary>
public sealed class ForeignBlobTests
{
    private static readonly byte[] Content = Payload.Bytes(512, 1);
    private static readonly byte[] Small = Payload.Bytes(100, 2);
    private static readonly byte[] Large = Payload.Bytes((5 * 1024 * 1024) + 100, 3);

    private static readonly ObjectStoreOptions Options = new() { PartSize = 5 * 1024 * 1024, MinimumPartSize = 1 };

    [Test]
    public async Task A_move_whose_source_is_leased_names_the_source_and_leaves_it()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await bucket.PutAsync("source", Small);
        await Blob(emulated, "source").GetBlobLeaseClient().AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration);

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted, () => bucket.MoveAsync("source", "target"));

        Assert.That((error.Operation, error.Bucket, error.Key), Is.EqualTo(("Move", "bucket", "source")));
        Assert.That((error.ProviderCode, error.IsOutcomeUnknown), Is.EqualTo(("LeaseIdMissing", false)));
        Assert.That(await ReadAsync(bucket, "source"), Is.EqualTo(Small));
        Assert.That(await ReadAsync(bucket, "target"), Is.EqualTo(Small));
    }

    [Test]
    public async Task A_move_whose_target_is_leased_names_the_target_and_leaves_both()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await bucket.PutAsync("source", Small);
        await bucket.PutAsync("target", Content);
        await Blob(emulated, "target").GetBlobLeaseClient().AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration);

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted, () => bucket.MoveAsync("source", "target"));

        Assert.That((error.Operation, error.Bucket, error.Key), Is.EqualTo(("Move", "bucket", "target")));
        Assert.That(error.IsOutcomeUnknown, Is.False);
        Assert.That(await ReadAsync(bucket, "source"), Is.EqualTo(Small));
        Assert.That(await ReadAsync(bucket, "target"), Is.EqualTo(Content));
    }

    [Test]
    public async Task An_archived_source_is_InvalidObjectState_and_the_destination_stays(
        [Values("copy", "copy a part", "move")] string operation)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(storeOptions: Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await bucket.PutAsync("source", Small);
        await bucket.PutAsync("target", Content);
        await Blob(emulated, "source").SetAccessTierAsync(AccessTier.Archive);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("target");

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.InvalidObjectState, () => operation switch
        {
            "copy" => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "target"),
            "copy a part" => upload.CopyPartAsync(1, new ObjectAddress("bucket", "source")),
            _ => bucket.MoveAsync("source", "target"),
        });

        Assert.That(error.IsOutcomeUnknown, Is.False);
        Assert.That((await bucket.HeadAsync("source")).StorageClass, Is.EqualTo("Archive"));
        Assert.That(await ReadAsync(bucket, "target"), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_put_in_one_request_replaces_an_append_or_page_blob([Values(BlobType.Append, BlobType.Page)] BlobType type)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(storeOptions: Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await PlantAsync(emulated, type);
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo(Content));

        await bucket.PutAsync("key", Small);

        Assert.That((await Blob(emulated, "key").GetPropertiesAsync()).Value.BlobType, Is.EqualTo(BlobType.Block));
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo(Small));
    }

    [Test]
    public async Task What_goes_by_blocks_leaves_an_append_or_page_blob(
        [Values(BlobType.Append, BlobType.Page)] BlobType type,
        [Values("put", "upload", "copy")] string operation,
        [Values] MultipartStaging staging)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(options => options.MultipartStaging = staging, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await bucket.PutAsync("source", Small);
        await PlantAsync(emulated, type);

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => operation switch
        {
            "put" => bucket.PutAsync("key", Large),
            "upload" => UploadAsync(bucket),
            _ => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "key"),
        });

        Assert.That((error.ProviderCode, error.IsOutcomeUnknown), Is.EqualTo(("InvalidBlobType", false)));
        Assert.That(error.Message, Does.Contain("Delete it first"));
        Assert.That((await Blob(emulated, "key").GetPropertiesAsync()).Value.BlobType, Is.EqualTo(type));
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo(Content));

        await bucket.DeleteAsync("key");
        await bucket.PutAsync("key", Large);
        Assert.That((await ReadAsync(bucket, "key")).AsSpan().SequenceEqual(Large), Is.True);
    }

    private static async Task UploadAsync(Bucket bucket)
    {
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        try
        {
            await upload.CompleteAsync([await upload.UploadPartAsync(1, Small)]);
        }
        finally
        {
            await upload.AbortAsync();
        }
    }

    private static async Task PlantAsync(EmulatedStore emulated, BlobType type)
    {
        using var body = new MemoryStream(Content);
        if (type == BlobType.Append)
        {
            AppendBlobClient append = emulated.Container.GetAppendBlobClient("bucket/key");
            await append.CreateAsync();
            await append.AppendBlockAsync(body);
        }
        else
        {
            PageBlobClient page = emulated.Container.GetPageBlobClient("bucket/key");
            await page.CreateAsync(Content.Length);
            await page.UploadPagesAsync(body, 0);
        }
    }

    private static BlobClient Blob(EmulatedStore emulated, string key) => emulated.Container.GetBlobClient($"bucket/{key}");

    private static async Task<byte[]> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }
}
