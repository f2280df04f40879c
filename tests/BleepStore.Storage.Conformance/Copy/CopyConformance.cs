using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests copies on the server, which are complete, with or without their attributes, and pinned to their source.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract partial class CopyConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    private static readonly PutOptions Attributes = new()
    {
        ContentType = "text/x-source",
        ContentEncoding = "identity",
        ContentLanguage = "de",
        ContentDisposition = "inline",
        CacheControl = "no-cache",
        Expires = new DateTimeOffset(2040, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Metadata = new Dictionary<string, string> { ["plain"] = "1", ["odd näme"] = "größe" },
    };

    [ContractTest]
    [TestCase(0)]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task A_copy_has_the_bytes_and_attributes_of_its_source(int size)
    {
        byte[] content = Payload.Bytes(size);
        ObjectProperties source = await PutAsync("source", content, Attributes);

        ObjectProperties copy = await Bucket.CopyAsync(Address("source"), "copy");

        Assert.That(copy.Key, Is.EqualTo("copy"));
        Assert.That(copy.Size, Is.EqualTo(size));
        StorageAssert.SameAttributes(copy, Attributes);
        StorageAssert.SameObject(await Bucket.HeadAsync("copy"), copy);
        await AssertContentAsync("copy", content);
        await AssertUntouchedAsync(source, content);
        await AssertNoUploadsAsync();
    }

    [ContractTest]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task A_copy_can_have_attributes_of_its_own_and_then_has_no_others(int size)
    {
        byte[] content = Payload.Bytes(size);
        ObjectProperties source = await PutAsync("source", content, Attributes);
        var replaced = new ObjectAttributes { ContentType = "text/x-copy", Metadata = new Dictionary<string, string> { ["other"] = "2" } };

        ObjectProperties copy = await Bucket.CopyAsync(Address("source"), "copy", new CopyOptions { Attributes = replaced });

        StorageAssert.SameAttributes(copy, replaced);
        StorageAssert.SameObject(await Bucket.HeadAsync("copy"), copy);
        await AssertContentAsync("copy", content);
        await AssertUntouchedAsync(source, content);
    }

    [ContractTest]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task A_copy_goes_to_another_bucket(int size)
    {
        byte[] content = Payload.Bytes(size);
        Bucket other = await CreateBucketAsync();
        ObjectProperties source = await PutAsync("a/source", content, Attributes);
        ObjectProperties namesake = await PutAsync("b/copy", Payload.Text("namesake"));

        ObjectProperties copy = await other.CopyAsync(Address("a/source"), "b/copy");

        await AssertContentAsync(other, "b/copy", content);
        StorageAssert.SameAttributes(copy, Attributes);
        await AssertUntouchedAsync(source, content);
        await AssertUntouchedAsync(namesake, Payload.Text("namesake"));
        Assert.That(await other.ExistsAsync("a/source"), Is.False);
    }

    [ContractTest]
    public async Task A_copy_replaces_the_destination_whole()
    {
        byte[] content = Payload.Bytes(10);
        await PutAsync("source", content, new PutOptions { ContentLanguage = "de" });
        await PutAsync(
            "copy",
            Payload.Bytes(5000, 1),
            new PutOptions { CacheControl = "no-store", Metadata = new Dictionary<string, string> { ["old"] = "1" } });

        await Bucket.CopyAsync(Address("source"), "copy");

        StorageAssert.SameAttributes(await Bucket.HeadAsync("copy"), new ObjectAttributes { ContentLanguage = "de" });
        await AssertContentAsync("copy", content);
        await AssertKeysAsync("copy", "source");
    }

    [ContractTest]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task A_copy_onto_itself_keeps_bytes_and_attributes(int size)
    {
        byte[] content = Payload.Bytes(size);
        await PutAsync("object", content, Attributes);

        ObjectProperties copy = await Bucket.CopyAsync(Address("object"), "object");

        StorageAssert.SameAttributes(copy, Attributes);
        StorageAssert.SameObject(await Bucket.HeadAsync("object"), copy);
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task A_copy_onto_itself_can_change_the_attributes(int size)
    {
        byte[] content = Payload.Bytes(size);
        await PutAsync("object", content, Attributes);
        var replaced = new ObjectAttributes { ContentType = "text/x-copy", Metadata = new Dictionary<string, string> { ["other"] = "2" } };

        await Bucket.CopyAsync(Address("object"), "object", new CopyOptions { Attributes = replaced });

        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), replaced);
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    public async Task A_copy_lives_on_when_its_source_changes_or_goes()
    {
        byte[] content = Payload.Bytes(1000);
        await PutAsync("source", content);
        ObjectProperties copy = await Bucket.CopyAsync(Address("source"), "copy");

        await PutAsync("source", Payload.Bytes(1000, 1));
        await AssertUntouchedAsync(copy, content);
        await Bucket.DeleteAsync("source");

        await AssertUntouchedAsync(copy, content);
        await AssertKeysAsync("copy");
    }

    [ContractTest]
    public async Task A_missing_source_is_NoSuchKey_and_the_destination_stays()
    {
        ObjectProperties old = await PutAsync("copy", Payload.Bytes(100));
        await PutAsync("source/child", [1]);

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.CopyAsync(Address("source"), "copy"));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.CopyAsync(Address("source"), "new"));

        await AssertUntouchedAsync(old, Payload.Bytes(100));
        await AssertKeysAsync("copy", "source/child");
    }

    [ContractTest]
    public async Task A_failure_that_the_source_causes_names_the_source()
    {
        ObjectProperties old = await PutAsync("copy", Payload.Bytes(100));

        StorageException whole = await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchKey, () => Bucket.CopyAsync(Address("source"), "copy"));
        StorageException pinned = await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed,
            () => Bucket.CopyAsync(Address("copy"), "other", new CopyOptions { SourceIfMatch = "other" }));

        Assert.That((whole.Operation, whole.Bucket, whole.Key), Is.EqualTo(("Copy", Bucket.Name, "source")));
        Assert.That((pinned.Operation, pinned.Bucket, pinned.Key), Is.EqualTo(("Copy", Bucket.Name, "copy")));
        await AssertUntouchedAsync(old, Payload.Bytes(100));
    }

    [UsesMultipart]
    [ContractTest]
    public async Task A_part_whose_source_is_missing_names_the_source()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("parts");

        StorageException part = await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchKey, () => upload.CopyPartAsync(1, Address("source")));
        await upload.AbortAsync();

        Assert.That((part.Operation, part.Bucket, part.Key), Is.EqualTo(("CopyPart", Bucket.Name, "source")));
    }

    [ContractTest]
    public async Task Attributes_that_cannot_be_stored_leave_the_destination()
    {
        ObjectProperties old = await PutAsync("copy", Payload.Bytes(100));
        await PutAsync("source", [1]);
        var large = new ObjectAttributes { Metadata = new Dictionary<string, string> { ["large"] = new('x', 2000) } };
        var odd = new ObjectAttributes { ContentType = "größe" };

        await StorageAssert.FailsAsync(
            StorageErrorCode.MetadataTooLarge, () => Bucket.CopyAsync(Address("source"), "copy", new CopyOptions { Attributes = large }));
        await StorageAssert.ThrowsAsync<ArgumentException>(
            () => Bucket.CopyAsync(Address("source"), "copy", new CopyOptions { Attributes = odd }));

        await AssertUntouchedAsync(old, Payload.Bytes(100));
    }

    [ContractTest]
    public async Task What_is_no_address_is_refused_before_anything_happens()
    {
        ObjectProperties old = await PutAsync("copy", Payload.Bytes(100));

        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.CopyAsync(Address(""), "copy"));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.CopyAsync(default(ObjectAddress), "copy"));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.CopyAsync(Address("copy"), ""));
        await StorageAssert.FailsAsync(
            StorageErrorCode.InvalidBucketName, () => Bucket.CopyAsync(new ObjectAddress("No_Bucket", "copy"), "copy"));
        await StorageAssert.FailsAsync(StorageErrorCode.InvalidKey, () => Bucket.CopyAsync(Address(KeyCatalogue.TooLong[0]), "copy"));

        await AssertUntouchedAsync(old, Payload.Bytes(100));
    }

    private ObjectAddress Address(string key) => new(Bucket.Name, key);
}
