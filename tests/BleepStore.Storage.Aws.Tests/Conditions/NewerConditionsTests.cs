using Amazon.Runtime;
using Amazon.S3;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Conditions;

/// <summary>
/// Tests on moto the conditions on deletes and completions and the SDK's newer checksums, which Ceph 16 does not support.
/// </summary>
public sealed class NewerConditionsTests
{
    private const int MiB = 1024 * 1024;

    [Test]
    public async Task A_delete_under_IfMatch_takes_exactly_the_object_with_that_ETag()
    {
        await using ObjectStore store = await CreateStoreAsync();
        Bucket bucket = await store.CreateBucketAsync("bucket");
        ObjectProperties old = await bucket.PutAsync("key", "old"u8.ToArray());
        ObjectProperties current = await bucket.PutAsync("key", "new"u8.ToArray());
        await bucket.PutAsync("key2", "other"u8.ToArray());

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.DeleteAsync("key", new DeleteOptions { IfMatch = old.ETag }));
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("new"u8.ToArray()));

        await bucket.DeleteAsync("key", new DeleteOptions { IfMatch = current.ETag });
        Assert.That(await bucket.ExistsAsync("key"), Is.False);
        Assert.That(await ReadAsync(bucket, "key2"), Is.EqualTo("other"u8.ToArray()));
    }

    [Test]
    public async Task A_completion_under_IfAbsent_leaves_the_object_and_the_upload()
    {
        await using ObjectStore store = await CreateStoreAsync();
        Bucket bucket = await store.CreateBucketAsync("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        PartInfo part = await upload.UploadPartAsync(1, "new"u8.ToArray());
        await bucket.PutAsync("key", "old"u8.ToArray());

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => upload.CompleteAsync([part], new CompleteOptions { IfAbsent = true }));
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("old"u8.ToArray()));

        await upload.CompleteAsync([part]);
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("new"u8.ToArray()));
    }

    [TestCase(RequestChecksumCalculation.WHEN_REQUIRED, ResponseChecksumValidation.WHEN_REQUIRED)]
    [TestCase(RequestChecksumCalculation.WHEN_SUPPORTED, ResponseChecksumValidation.WHEN_SUPPORTED)]
    public async Task Bytes_come_back_with_a_client_of_either_checksum_mode(
        RequestChecksumCalculation calculation, ResponseChecksumValidation validation)
    {
        S3Account account = (await Moto.RequireAsync()).Account;
        string upstream = await account.CreateBucketAsync();
        var config = new AmazonS3Config
        {
            ServiceURL = account.Url.AbsoluteUri,
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            RequestChecksumCalculation = calculation,
            ResponseChecksumValidation = validation,
        };
        using var client = new AmazonS3Client(new BasicAWSCredentials(account.AccessKey, account.SecretKey), config);
        var options = new AwsBackendOptions { Bucket = upstream, Compatibility = AwsCompatibility.Aws };
        await using ObjectStore store = AwsStore.Create(
            client, options, new ObjectStoreOptions { PartSize = 5 * MiB, MultipartThreshold = 5 * MiB });
        Bucket bucket = await store.CreateBucketAsync("bucket");
        foreach (int size in new[] { 0, 1000, (5 * MiB) + 1000 })
        {
            byte[] content = Payload.Bytes(size);
            await bucket.PutAsync("key", content);

            Assert.That((await ReadAsync(bucket, "key")).AsSpan().SequenceEqual(content), Is.True, $"{size}");
        }
    }

    private static async Task<ObjectStore> CreateStoreAsync()
    {
        S3Account account = (await Moto.RequireAsync()).Account;
        return AwsStore.Create(account.Options(await account.CreateBucketAsync()));
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }
}
