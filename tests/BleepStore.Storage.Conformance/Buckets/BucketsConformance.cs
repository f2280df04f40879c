using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests that buckets are created, found, listed and removed, and are independent of each other.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract class BucketsConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    public async Task A_bucket_is_there_when_it_was_created_and_gone_when_it_was_deleted()
    {
        string name = Harness.CreateBucketName();
        Assert.That(await Store.BucketExistsAsync(name), Is.False);

        Bucket created = await Store.CreateBucketAsync(name);

        RemoveAtEnd(name);
        Assert.That(created.Name, Is.EqualTo(name));
        Assert.That(await Store.BucketExistsAsync(name), Is.True);
        Assert.That(await created.ListAsync().ToListAsync(), Is.Empty);
        await Store.DeleteBucketAsync(name);
        Assert.That(await Store.BucketExistsAsync(name), Is.False);
        Assert.That(await Store.BucketExistsAsync(Bucket.Name), Is.True);
    }

    [ContractTest]
    public async Task Buckets_are_listed_in_the_order_of_their_names()
    {
        Bucket[] created = [await CreateBucketAsync(), await CreateBucketAsync(), await CreateBucketAsync()];

        List<BucketInfo> listed = await Store.ListBucketsAsync().ToListAsync();

        string[] names = [.. listed.Select(bucket => bucket.Name)];
        Assert.That(names, Is.SupersetOf(created.Select(bucket => bucket.Name).Append(Bucket.Name)));
        Assert.That(names, Is.EqualTo(names.Order(StringComparer.Ordinal)));
        Assert.That(names, Is.Unique);
        foreach (BucketInfo bucket in listed.Where(static bucket => bucket.CreatedAt is not null))
        {
            Assert.That(bucket.CreatedAt, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromHours(1)));
        }
    }

    [ContractTest]
    public async Task Buckets_are_listed_by_the_beginning_of_their_names([Values(1, 2, 1000)] int pageSize)
    {
        string root = Harness.CreateBucketName();
        string[] names = [$"{root}-a1", $"{root}-a2", $"{root}-a3", $"{root}-b1"];
        foreach (string name in names.Reverse())
        {
            await Store.CreateBucketAsync(name);
            RemoveAtEnd(name);
        }

        Assert.That(await NamesAsync($"{root}-"), Is.EqualTo(names));
        Assert.That(await NamesAsync($"{root}-a"), Is.EqualTo(names[..3]));
        Assert.That(await NamesAsync($"{root}-a2"), Is.EqualTo(names[1..2]));
        Assert.That(await NamesAsync($"{root}-b1"), Is.EqualTo(names[3..]));
        Assert.That(await NamesAsync($"{root}-c"), Is.Empty);
        Assert.That(await NamesAsync(names[0] + new string('x', 60)), Is.Empty);
        foreach (string text in new[] { "A", $"{root}/", "../", "%", "a b", "*", "\u00e4", $"{root}-a\0", "a\r\nb" })
        {
            Assert.That(await NamesAsync(text), Is.Empty, "no name begins so");
        }

        await StorageAssert.ThrowsAsync<ArgumentException>(() => NamesAsync("\ud800"));
        await StorageAssert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await Store.ListBucketsAsync(new ListBucketsOptions { PageSize = 0 }).ToListAsync());

        async Task<List<string>> NamesAsync(string prefix) =>
            await Store.ListBucketsAsync(new ListBucketsOptions { Prefix = prefix, PageSize = pageSize })
                .Select(static bucket => bucket.Name)
                .ToListAsync();
    }

    [ContractTest]
    public async Task Creating_a_bucket_that_exists_is_BucketAlreadyExists_and_its_objects_stay()
    {
        ObjectProperties stored = await PutAsync("object", [1]);

        await StorageAssert.FailsAsync(StorageErrorCode.BucketAlreadyExists, () => Store.CreateBucketAsync(Bucket.Name));
        Bucket same = await Store.CreateBucketAsync(Bucket.Name, new CreateBucketOptions { IfNotExists = true });

        await AssertUntouchedAsync(same, stored, [1]);
    }

    [ContractTest]
    public async Task A_bucket_with_objects_is_BucketNotEmpty_and_they_stay()
    {
        ObjectProperties stored = await PutAsync("a/b/c", [1]);

        await StorageAssert.FailsAsync(StorageErrorCode.BucketNotEmpty, () => Store.DeleteBucketAsync(Bucket.Name));
        await AssertUntouchedAsync(stored, [1]);
        await Bucket.DeleteAsync("a/b/c");
        await Store.DeleteBucketAsync(Bucket.Name);

        Assert.That(await Store.BucketExistsAsync(Bucket.Name), Is.False);
    }

    [ContractTest]
    public async Task Deleting_a_bucket_that_is_not_there_is_NoSuchBucket() =>
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchBucket, () => Store.DeleteBucketAsync(Harness.CreateBucketName()));

    [UsesMultipart]
    [ContractTest]
    public async Task A_bucket_that_is_not_empty_keeps_its_uploads()
    {
        ObjectProperties stored = await PutAsync("object", [1]);
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("upload");
        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(PartLength));

        await StorageAssert.FailsAsync(StorageErrorCode.BucketNotEmpty, () => Store.DeleteBucketAsync(Bucket.Name));

        await upload.CompleteAsync([part]);
        await AssertContentAsync("upload", Payload.Bytes(PartLength));
        await AssertUntouchedAsync(stored, [1]);
    }

    [ContractTest]
    public async Task A_name_that_no_key_spells_is_listed_apart_and_named_when_it_alone_keeps_the_bucket()
    {
        ObjectProperties stored = await PutAsync("object", [1]);
        if (await Harness.PlantForeignNameAsync(Bucket.Name) is not { } foreign)
        {
            // Nothing can be put past the library here.
            Assert.That(await Bucket.ListForeignNamesAsync().ToListAsync(), Is.Empty);
            return;
        }

        try
        {
            List<string> names = await Bucket.ListForeignNamesAsync().Select(name => name.DisplayName).ToListAsync();
            Assert.That(names, Is.EqualTo(new[] { foreign.DisplayName }));
            await AssertKeysAsync("object");
            StorageException full = await DeletingFailsAsync();
            Assert.That(full.Message, Does.Not.Contain(foreign.DisplayName), "objects are left, too");
            await AssertUntouchedAsync(stored, [1]);

            await Bucket.DeleteAsync("object");
            StorageException left = await DeletingFailsAsync();
            Assert.That(left.Message, Does.Contain(foreign.DisplayName).And.Contain("ListForeignNamesAsync"));
        }
        finally
        {
            await foreign.RemoveAsync();
        }

        await Store.DeleteBucketAsync(Bucket.Name);
    }

    [UsesMultipart]
    [ContractTest]
    public async Task Deleting_a_bucket_aborts_its_uploads()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(PartLength));

        await Store.DeleteBucketAsync(Bucket.Name);
        await Store.CreateBucketAsync(Bucket.Name);

        await AssertNoUploadsAsync();
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([part]));
        await AssertKeysAsync();
    }

    [ContractTest]
    public async Task Of_many_who_create_a_bucket_one_succeeds()
    {
        string name = Harness.CreateBucketName();
        RemoveAtEnd(name);
        Task[] creations = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.CreateBucketAsync(name)))];
        await Task.WhenAll(creations).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Assert.That(creations.Count(creation => creation.IsCompletedSuccessfully), Is.EqualTo(1));
        foreach (Task lost in creations.Where(creation => !creation.IsCompletedSuccessfully))
        {
            await StorageAssert.FailsAsync(StorageErrorCode.BucketAlreadyExists, () => lost);
        }
    }

    [ContractTest]
    public async Task Buckets_whose_names_are_alike_keep_their_objects_apart()
    {
        string stem = Harness.CreateBucketName();
        foreach (string name in new[] { stem, stem + "-x", stem + ".x", stem + "x" })
        {
            Bucket bucket = await Store.CreateBucketAsync(name);
            RemoveAtEnd(name);
            await bucket.PutAsync("x/y", Payload.Text(name));
            await bucket.PutAsync("y", Payload.Text(name));
        }

        await Store.GetBucket(stem).DeleteManyAsync(["x/y", "y"]);
        await Store.DeleteBucketAsync(stem);

        foreach (string name in new[] { stem + "-x", stem + ".x", stem + "x" })
        {
            await AssertContentAsync(Store.GetBucket(name), "x/y", Payload.Text(name));
            Assert.That(await Store.GetBucket(name).ListAsync().Select(entry => entry.Key).ToListAsync(), Is.EqualTo(new[] { "x/y", "y" }));
        }
    }

    [UsesMultipart]
    [ContractTest]
    [TestCase("multipart")]
    [TestCase("uploads")]
    [TestCase("bleepstore")]
    [TestCase("tmp")]
    [TestCase("meta")]
    public async Task A_bucket_can_be_named_like_a_folder_of_the_store_itself(string name)
    {
        Bucket bucket = await Store.CreateBucketAsync(name);
        RemoveAtEnd(name);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("1/1");
        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(PartLength));
        await bucket.PutAsync("1/2", Payload.Text(name));

        Assert.That(await bucket.ListAsync().Select(entry => entry.Key).ToListAsync(), Is.EqualTo(new[] { "1/2" }));
        await upload.CompleteAsync([part]);

        await AssertContentAsync(bucket, "1/1", Payload.Bytes(PartLength));
        await AssertContentAsync(bucket, "1/2", Payload.Text(name));
    }

    [ContractTest]
    [TestCase("")]
    [TestCase("ab")]
    [TestCase("UPPER-case")]
    [TestCase("under_score")]
    [TestCase("-hyphen-first")]
    [TestCase("hyphen-last-")]
    [TestCase(".dot-first")]
    [TestCase("dot-last.")]
    [TestCase("two..dots")]
    [TestCase("192.168.1.1")]
    [TestCase("with space")]
    [TestCase("with/slash")]
    [TestCase("../parent")]
    [TestCase("..")]
    [TestCase("größe")]
    [TestCase("nul\0nul")]
    [TestCase("xn--punycode")]
    [TestCase("name-s3alias")]
    [TestCase("name--x-s3")]
    [TestCase("a123456789b123456789c123456789d123456789e123456789f123456789g123")]
    public async Task A_name_that_breaks_the_rules_is_InvalidBucketName_everywhere(string name)
    {
        await StorageAssert.FailsAsync(StorageErrorCode.InvalidBucketName, () => Store.CreateBucketAsync(name));
        await StorageAssert.FailsAsync(StorageErrorCode.InvalidBucketName, () => Store.DeleteBucketAsync(name));
        await StorageAssert.FailsAsync(StorageErrorCode.InvalidBucketName, () => Store.BucketExistsAsync(name));
        await StorageAssert.FailsAsync(StorageErrorCode.InvalidBucketName, () => Task.FromResult(Store.GetBucket(name)));
    }

    [ContractTest]
    public async Task Getting_a_bucket_touches_nothing()
    {
        string name = Harness.CreateBucketName();

        Bucket bucket = Store.GetBucket(name);

        Assert.That(bucket.Name, Is.EqualTo(name));
        Assert.That(await Store.BucketExistsAsync(name), Is.False);
    }

    [ContractTest]
    [TestCaseSource(typeof(ConformanceHarness), nameof(ConformanceHarness.PlainNames))]
    public async Task A_name_that_keeps_the_rules_is_a_bucket(string name)
    {
        Bucket bucket = await Store.CreateBucketAsync(name);
        RemoveAtEnd(name);
        await bucket.PutAsync("object", new byte[] { 1 });

        await AssertContentAsync(bucket, "object", [1]);
    }

    private Task<StorageException> DeletingFailsAsync() =>
        StorageAssert.FailsAsync(StorageErrorCode.BucketNotEmpty, () => Store.DeleteBucketAsync(Bucket.Name));
}
