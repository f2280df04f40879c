using Amazon.S3;
using Amazon.S3.Model;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Emulated;

/// <summary>What the server does with a condition decides what the library answers, not the server's name.</summary>
public sealed class AbilitiesTests
{
    private const string OtherETag = "\"00000000000000000000000000000000\"";

    [Test]
    public async Task Conditional_deletes_and_moves_are_as_the_server_has_them()
    {
        (S3Account account, string upstream, ObjectStore store) = await CreateAsync();
        await using (store)
        {
            bool isHonoured = await IsRefusedAsync(account, upstream, client => client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = upstream, Key = "raw", IfMatch = OtherETag }));
            Bucket bucket = store.GetBucket("bucket");
            ObjectProperties stored = await bucket.PutAsync("key", "hello"u8.ToArray());

            if (isHonoured)
            {
                await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = "abc" }));
                await bucket.MoveAsync("key", "moved");
                Assert.That(await bucket.ExistsAsync("key"), Is.False);
            }
            else
            {
                await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = stored.Revision }));
                await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.MoveAsync("key", "moved"));
                Assert.That(await bucket.ExistsAsync("key"), Is.True);
                Assert.That(await bucket.ExistsAsync("moved"), Is.False);
            }
        }
    }

    [Test]
    public async Task Conditional_copies_are_as_the_server_has_them()
    {
        (S3Account account, string upstream, ObjectStore store) = await CreateAsync();
        await using (store)
        {
            bool isHonoured = await IsRefusedAsync(account, upstream, client => client.CopyObjectAsync(new CopyObjectRequest
            {
                SourceBucket = upstream,
                SourceKey = "raw",
                DestinationBucket = upstream,
                DestinationKey = "raw2",
                IfNoneMatch = "*",
            }));
            Bucket bucket = store.GetBucket("bucket");
            await bucket.PutAsync("source", "new"u8.ToArray());
            await bucket.PutAsync("key", "old"u8.ToArray());

            await StorageAssert.FailsAsync(
                isHonoured ? StorageErrorCode.PreconditionFailed : StorageErrorCode.NotSupported,
                () => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "key", new CopyOptions { IfAbsent = true }));

            await using ObjectReader reader = await bucket.GetAsync("key");
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo("old"u8.ToArray()));
        }
    }

    private static async Task<(S3Account Account, string Upstream, ObjectStore Store)> CreateAsync()
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        string upstream = await account.CreateBucketAsync();
        return (account, upstream, AwsStore.Create(account.Options(upstream)));
    }

    /// <summary>Whether the bare server refuses a request whose condition does not hold.</summary>
    private static async Task<bool> IsRefusedAsync(S3Account account, string upstream, Func<AmazonS3Client, Task> request)
    {
        using AmazonS3Client client = account.Client();
        foreach (string key in new[] { "raw", "raw2" })
        {
            await client.PutObjectAsync(new PutObjectRequest { BucketName = upstream, Key = key, ContentBody = "raw", UseChunkEncoding = false });
        }

        try
        {
            await request(client);
            return false;
        }
        catch (AmazonS3Exception refused)
        {
            return refused.StatusCode == System.Net.HttpStatusCode.PreconditionFailed;
        }
    }
}
