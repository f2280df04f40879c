using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>
/// Tests that no key reaches another bucket, prefix or container. Objects there survive every operation on every key, and none is added.
/// </summary>
public sealed class ContainmentTests
{
    private static readonly string[] Hostile =
    [
        "../other/x",
        "../../other/x",
        "../../../other/x",
        "..\\..\\other\\x",
        "/../other/x",
        "a/../../other/x",
        "./../other/x",
        "%2e%2e/other/x",
        "..%2fother%2fx",
        ".bleepstore/uploads/x", "../.bleepstore/buckets/other", "../../.bleepstore/buckets/other", "..", ".", "/", "//", "x/..", "x/.",
    ];

    [TestCase(AzureBucketMapping.SharedContainer, "")]
    [TestCase(AzureBucketMapping.SharedContainer, "pre/")]
    [TestCase(AzureBucketMapping.ContainerPerBucket, "")]
    [TestCase(AzureBucketMapping.ContainerPerBucket, "pre/")]
    public async Task No_key_reaches_another_bucket_prefix_or_container(AzureBucketMapping mapping, string prefix)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(options =>
        {
            options.Prefix = prefix;
            options.BucketMapping = mapping;
            options.Container = mapping == AzureBucketMapping.SharedContainer ? EmulatedStore.ContainerName : null;
        });
        BlobServiceClient bare = emulated.Account.Client();
        foreach (string container in new[] { "other", "bucket", "xxx" })
        {
            await bare.CreateBlobContainerAsync(container);
        }

        if (mapping == AzureBucketMapping.SharedContainer)
        {
            await emulated.Store.CreateBucketAsync("bucket");
            await emulated.Store.CreateBucketAsync("other");
        }

        (string Container, string Name)[] outside =
        [
            ("other", "x"), ("xxx", "x"), ("store", "x"), ("store", "other/x"), ("store", "pre2/x"), ("store", prefix + "other/x"),
            ("bucket", "pre2/canary"),
        ];
        foreach ((string container, string name) in outside)
        {
            await bare.GetBlobContainerClient(container).GetBlobClient(name).UploadAsync(BinaryData.FromString("canary"), overwrite: true);
        }

        string root = mapping == AzureBucketMapping.SharedContainer ? $"store/{prefix}bucket/" : $"bucket/{prefix}";
        string[] before = [.. (await NamesAsync(bare))
            .Where(name => !name.StartsWith(root, StringComparison.Ordinal) || name.EndsWith("canary", StringComparison.Ordinal))];
        Bucket bucket = emulated.Store.GetBucket("bucket");

        string[] keys = [.. Hostile, .. KeyCatalogue.Valid.Select(static one => one.Key)];
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (key, token) =>
        {
            await bucket.PutAsync(key, "content"u8.ToArray(), options: null, token);
            await bucket.HeadAsync(key, options: null, token);
        });
        string[] during = await NamesAsync(bare);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("../other/x");
        await upload.CompleteAsync([await upload.UploadPartAsync(1, new byte[1])]);
        foreach (string key in keys)
        {
            await bucket.DeleteAsync(key);
        }

        Assert.That(
            during.Except(before, StringComparer.Ordinal),
            Has.All.Matches<string>(name => name!.Length > root.Length && name.StartsWith(root, StringComparison.Ordinal)));
        Assert.That(during.Except(before, StringComparer.Ordinal).Count(), Is.EqualTo(keys.Distinct(StringComparer.Ordinal).Count()));
        Assert.That(await NamesAsync(bare), Is.EquivalentTo(before));
    }

    [Test]
    public async Task An_upload_id_that_is_any_text_finds_nothing()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await bucket.PutAsync("object", new byte[1]);
        foreach (string id in new[]
        {
            "../../buckets/bucket",
            "x",
            "../x",
            "AAAAAAAAAAAAAAAAAAAAAA.x",
            "AAAAAAAAAAAAAAAAAAAAA/",
            "AAAAAAAAAAAAAAAAAAAAA=",
            "AAAAAAAAAAAAAAAAAAAAAB",
            new string('A', 2048),
        })
        {
            MultipartUpload upload = bucket.GetMultipartUpload("object", id);
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.AbortAsync());
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(1, new byte[1]));
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([new PartInfo
            {
                PartNumber = 1,
                ETag = new string('a', 32),
            }]));
        }

        Assert.That(await emulated.Store.BucketExistsAsync("bucket"), Is.True);
        Assert.That(await bucket.ExistsAsync("object"), Is.True);
    }

    [Test]
    public async Task A_container_with_blobs_of_others_is_not_empty()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(options =>
        {
            options.BucketMapping = AzureBucketMapping.ContainerPerBucket;
            options.Container = null;
            options.Prefix = "ours/";
        });
        await emulated.Store.CreateBucketAsync("bucket");
        BlobClient foreign = emulated.Account.Client().GetBlobContainerClient("bucket").GetBlobClient("theirs/x");
        await foreign.UploadAsync(BinaryData.FromString("canary"));

        await StorageAssert.FailsAsync(StorageErrorCode.BucketNotEmpty, () => emulated.Store.DeleteBucketAsync("bucket"));

        Assert.That((await foreign.ExistsAsync()).Value, Is.True);
    }

    private static async Task<string[]> NamesAsync(BlobServiceClient client)
    {
        var names = new List<string>();
        await foreach (BlobContainerItem container in client.GetBlobContainersAsync())
        {
            await foreach (BlobItem blob in client.GetBlobContainerClient(container.Name).GetBlobsAsync())
            {
                names.Add($"{container.Name}/{blob.Name}");
            }
        }

        return [.. names];
    }
}
