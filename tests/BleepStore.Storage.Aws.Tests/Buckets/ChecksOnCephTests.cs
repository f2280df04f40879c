using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Buckets;

/// <summary>Tests on Ceph how a real server with faults answers.</summary>
public sealed class ChecksOnCephTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_store_that_can_be_used_is_healthy_and_the_probe_leaves_nothing_behind(bool isShared)
    {
        S3Account account = await (await Radosgw.RequireAsync()).CreateAccountAsync();
        string? upstream = isShared ? await account.CreateBucketAsync() : null;
        await using ObjectStore store = AwsStore.Create(account.Options(upstream));

        await store.CheckAsync(new CheckOptions { ProbeWrite = true });

        using Amazon.S3.AmazonS3Client client = account.Client();
        Assert.That(
            (await client.ListBucketsAsync()).Buckets?.Select(static bucket => bucket.BucketName) ?? [],
            Is.EqualTo(upstream is null ? [] : new[] { upstream }));
        if (isShared)
        {
            Assert.That(
                (await client.ListObjectsV2Async(new Amazon.S3.Model.ListObjectsV2Request { BucketName = upstream })).S3Objects ?? [],
                Is.Empty);
        }
    }

    [Test]
    public async Task A_missing_bucket_is_named_and_not_created()
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        await using ObjectStore store = AwsStore.Create(account.Options("missing-bucket"));

        StorageException check = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchBucket, () => store.CheckAsync());
        StorageException create = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchBucket, () => store.CreateBucketAsync("bucket"));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchBucket, () => store.GetBucket("bucket").PutAsync("key", new byte[1]));

        Assert.That(check.Message, Does.Contain("'missing-bucket'"));
        Assert.That(create.Bucket, Is.EqualTo("bucket"));
    }

    [TestCase("nobody", "testsecret", "InvalidAccessKeyId", nameof(AwsBackendOptions.AccessKeyId))]
    [TestCase("testkey", "another-secret", "SignatureDoesNotMatch", nameof(AwsBackendOptions.SecretAccessKey))]
    public async Task A_wrong_credential_is_told_by_its_option(string accessKey, string secretKey, string code, string option)
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        S3Account wrong = account with { AccessKey = accessKey, SecretKey = secretKey };
        foreach (string? upstream in new[] { await account.CreateBucketAsync(), null })
        {
            await using ObjectStore store = AwsStore.Create(wrong.Options(upstream));

            StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.AuthenticationFailed, () => store.CheckAsync());

            Assert.That(error.ProviderCode, Is.EqualTo(code));
            Assert.That(error.Message, Does.Contain(option));
            Assert.That(error.ToString(), Does.Not.Contain(secretKey));
        }
    }

    [Test]
    public async Task A_bucket_of_another_account_is_AccessDenied()
    {
        Radosgw radosgw = await Radosgw.RequireAsync();
        await using ObjectStore store = AwsStore.Create(
            (await radosgw.CreateAccountAsync()).Options(await radosgw.Account.CreateBucketAsync()));

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => store.CheckAsync());

        Assert.That(error.Message, Does.Contain("s3:ListBucket"));
    }
}
