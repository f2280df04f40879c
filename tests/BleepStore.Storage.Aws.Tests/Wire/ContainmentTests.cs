using Amazon.S3;
using Amazon.S3.Model;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>
/// Tests that no key reaches another bucket, prefix or upstream bucket. Objects there survive every operation on every key, and none is
/// added. On Ceph.
/// </summary>
public sealed class ContainmentTests
{
    private static readonly string Other = $"other-{Guid.NewGuid():N}"[..20];

    private static readonly string[] Hostile =
    [
        $"../{Other}/x",
        $"../../{Other}/x",
        $"../../../{Other}/x",
        $"..\\..\\{Other}\\x",
        $"/../{Other}/x",
        $"a/../../{Other}/x",
        $"./../{Other}/x",
        $"%2e%2e/{Other}/x",
        $"..%2f{Other}%2fx",
        $"?/../{Other}/x",
        $"/{Other}/x",
        $"//{Other}/x",
        ".bleepstore/uploads/x",
        $"../.bleepstore/buckets/{Other}",
        $"../../.bleepstore/buckets/{Other}",
        "..",
        ".",
        "/",
        "//",
        "x/..",
        "x/.",
        "x?uploads", "x?delete", "?versioning", "x?uploadId=1&partNumber=1",
    ];

    private static readonly string[] HostileIds =
    [
        "../../buckets/bucket",
        "x",
        "../x",
        "AAAAAAAAAAAAAAAAAAAAAA.x",
        "AAAAAAAAAAAAAAAAAAAAAA.../../x",
        "x&partNumber=1",
        "x#",
        "x?uploads",
        "%2e%2e",
        new string('A', 2048),
    ];

    [TestCase(AwsBucketMapping.SharedContainer, "")]
    [TestCase(AwsBucketMapping.SharedContainer, "pre/")]
    [TestCase(AwsBucketMapping.ContainerPerBucket, "")]
    [TestCase(AwsBucketMapping.ContainerPerBucket, "pre/")]
    public async Task No_key_reaches_another_bucket_prefix_or_upstream_bucket(AwsBucketMapping mapping, string prefix)
    {
        bool isShared = mapping == AwsBucketMapping.SharedContainer;
        S3Account account = await (await Radosgw.RequireAsync()).CreateAccountAsync();
        using AmazonS3Client bare = account.Client();
        string upstream = await account.CreateBucketAsync();
        string foreign = await account.CreateBucketAsync();
        AwsBackendOptions options = account.Options(isShared ? upstream : null);
        options.Prefix = prefix;
        await using ObjectStore store = AwsStore.Create(options);
        string name = isShared ? "bucket" : upstream;
        if (isShared)
        {
            await store.CreateBucketAsync(name);
            await store.CreateBucketAsync(Other);
        }

        (string Container, string Canary)[] outside =
        [
            (foreign, "x"), (foreign, $"{prefix}x"), (upstream, "pre2/canary"), (upstream, $"{prefix}{Other}/canary"), (upstream, "canary"),
        ];
        foreach ((string container, string canary) in outside)
        {
            await bare.PutObjectAsync(new PutObjectRequest { BucketName = container, Key = canary, ContentBody = "canary" });
        }

        string root = isShared ? $"{upstream}/{prefix}bucket/" : $"{upstream}/{prefix}";
        string[] before = await NamesAsync(bare);
        Bucket bucket = store.GetBucket(name);
        string[] keys = [.. Hostile.Concat(KeyCatalogue.Valid.Select(static one => one.Key)).Distinct(StringComparer.Ordinal)];
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (key, token) =>
        {
            await bucket.PutAsync(key, "content"u8.ToArray(), options: null, token);
            Assert.That((await bucket.HeadAsync(key, options: null, token)).Key, Is.EqualTo(key));
        });
        string[] during = await NamesAsync(bare);
        foreach (string key in Hostile)
        {
            MultipartUpload upload = await bucket.CreateMultipartUploadAsync(key);
            await upload.CompleteAsync([await upload.UploadPartAsync(1, new byte[1])]);
            await bucket.CopyAsync(new ObjectAddress(name, key), key);
            await bucket.ListPageAsync(new ListOptions { Prefix = key, StartAfter = key });
        }

        string[] after = await NamesAsync(bare);
        foreach (string key in keys.Where(static (_, at) => at % 2 == 0))
        {
            await bucket.DeleteAsync(key);
        }

        await bucket.DeleteManyAsync(keys);

        string[] made = [.. during.Except(before, StringComparer.Ordinal)];
        Assert.That(
            made, Has.All.Matches<string>(found => found!.Length > root.Length && found.StartsWith(root, StringComparison.Ordinal)));
        Assert.That(made, Has.Length.EqualTo(keys.Length));
        Assert.That(after, Is.EquivalentTo(during));
        Assert.That(await NamesAsync(bare), Is.EquivalentTo(before));
    }

    [Test]
    public async Task An_upload_id_that_is_any_text_finds_nothing()
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        await using ObjectStore store = AwsStore.Create(account.Options(await account.CreateBucketAsync()));
        Bucket bucket = await store.CreateBucketAsync("bucket");
        await bucket.PutAsync("object", new byte[1]);
        MultipartUpload real = await bucket.CreateMultipartUploadAsync("object");
        foreach (string id in HostileIds)
        {
            MultipartUpload upload = bucket.GetMultipartUpload("object", id);
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.AbortAsync());
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(1, new byte[1]));
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.ListPartsAsync().CountAsync().AsTask());
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([new PartInfo
            {
                PartNumber = 1,
                ETag = new string('a', 32),
            }]));
        }

        Assert.That(await store.BucketExistsAsync("bucket"), Is.True);
        Assert.That((await bucket.HeadAsync("object")).Size, Is.EqualTo(1));
        Assert.That(await bucket.ListMultipartUploadsAsync().CountAsync(), Is.EqualTo(1));
        await real.AbortAsync();
    }

    [Test]
    public async Task A_bucket_with_objects_of_others_is_not_empty()
    {
        S3Account account = await (await Radosgw.RequireAsync()).CreateAccountAsync();
        using AmazonS3Client bare = account.Client();
        string name = await account.CreateBucketAsync();
        AwsBackendOptions options = account.Options(bucket: null);
        options.Prefix = "ours/";
        await using ObjectStore store = AwsStore.Create(options);
        await bare.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "theirs/x", ContentBody = "canary" });

        await StorageAssert.FailsAsync(StorageErrorCode.BucketNotEmpty, () => store.DeleteBucketAsync(name));

        Assert.That(await NamesAsync(bare), Is.EqualTo(new[] { $"{name}/theirs/x" }));
    }

    /// <summary>Prefixes and buckets that begin alike are not one another's.</summary>
    [TestCase("", "sub/")]
    [TestCase("pre/", "pre/sub/")]
    [TestCase("pre/", "pre-2/")]
    public async Task Two_stores_in_one_upstream_bucket_do_not_see_each_other_though_their_prefixes_begin_alike(string first, string second)
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        string upstream = await account.CreateBucketAsync();
        AwsBackendOptions ofOne = account.Options(upstream);
        AwsBackendOptions ofTwo = account.Options(upstream);
        (ofOne.Prefix, ofTwo.Prefix) = (first, second);
        await using ObjectStore one = AwsStore.Create(ofOne);
        await using ObjectStore two = AwsStore.Create(ofTwo);
        string[] buckets = ["bucket", "bucket-2", "bucket.3"];
        foreach (ObjectStore store in new[] { one, two })
        {
            foreach (string bucket in buckets)
            {
                await store.CreateBucketAsync(bucket);
                await store.GetBucket(bucket).PutAsync($"sub/bucket/{store == one}", new byte[1]);
                await store.GetBucket(bucket).CreateMultipartUploadAsync($"upload-{bucket}-{store == one}");
            }
        }

        await AssertHoldsAsync(one, isFirst: true);
        await AssertHoldsAsync(two, isFirst: false);
        foreach (string bucket in buckets)
        {
            await one.GetBucket(bucket)
                .DeleteManyAsync(await one.GetBucket(bucket).ListAsync().Select(static entry => entry.Key).ToListAsync());
            await one.DeleteBucketAsync(bucket);
        }

        Assert.That(await one.ListBucketsAsync().CountAsync(), Is.Zero);
        await AssertHoldsAsync(two, isFirst: false);

        async Task AssertHoldsAsync(ObjectStore store, bool isFirst)
        {
            Assert.That(await store.ListBucketsAsync().Select(static bucket => bucket.Name).ToListAsync(), Is.EqualTo(buckets));
            foreach (string bucket in buckets)
            {
                Assert.That(
                    await store.GetBucket(bucket).ListAsync().Select(static entry => entry.Key).ToListAsync(),
                    Is.EqualTo(new[] { $"sub/bucket/{isFirst}" }));
                Assert.That(
                    await store.GetBucket(bucket).ListMultipartUploadsAsync().Select(static upload => upload.Key).ToListAsync(),
                    Is.EqualTo(new[] { $"upload-{bucket}-{isFirst}" }));
            }
        }
    }

    /// <summary>
    /// Prefixes must not be chosen in one way. A bucket of the outer store with the name of the inner store's next segment shares the inner
    /// store's objects.
    /// </summary>
    [Test]
    public async Task A_bucket_that_is_called_like_the_inner_stores_prefix_cannot_be_deleted_over_it()
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        string upstream = await account.CreateBucketAsync();
        AwsBackendOptions nested = account.Options(upstream);
        nested.Prefix = "inner/";
        await using ObjectStore outer = AwsStore.Create(account.Options(upstream));
        await using ObjectStore inner = AwsStore.Create(nested);
        await inner.CreateBucketAsync("bucket");
        await inner.GetBucket("bucket").PutAsync("key", new byte[1]);
        await outer.CreateBucketAsync("inner");

        await StorageAssert.FailsAsync(StorageErrorCode.BucketNotEmpty, () => outer.DeleteBucketAsync("inner"));

        Assert.That(await inner.GetBucket("bucket").ExistsAsync("key"), Is.True);
    }

    private static async Task<string[]> NamesAsync(AmazonS3Client client)
    {
        var names = new List<string>();
        foreach (S3Bucket bucket in (await client.ListBucketsAsync()).Buckets)
        {
            var list = new ListObjectsV2Request { BucketName = bucket.BucketName, Encoding = EncodingType.Url };
            do
            {
                ListObjectsV2Response page = await client.ListObjectsV2Async(list);
                names.AddRange((page.S3Objects ?? []).Select(item => $"{bucket.BucketName}/{AwsNames.FromUrl(item.Key)}"));
                list.ContinuationToken = page.NextContinuationToken;
            }
            while (list.ContinuationToken is not null);
        }

        return [.. names];
    }
}
