using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class PutConformance<THarness>
{
    [ContractTest]
    public async Task Around_the_part_size_ETag_and_bytes_are_by_the_part_plan(
        [Values(PartSize, PartSize + 1, (2 * PartSize) + 12_345)] int length,
        [Values("bytes", "seekable", "declared", "unknown")] string source)
    {
        byte[] content = Payload.Bytes(length);

        ObjectProperties stored = source switch
        {
            "bytes" => await PutAsync("object", content),
            "seekable" => await Bucket.PutAsync("object", new ScriptedStream(content) { Seekable = true, BiteSize = 100_003 }),
            "declared" => await Bucket.PutAsync(
                "object", new ScriptedStream(content) { BiteSize = 100_003 }, new PutOptions { ContentLength = length }),
            _ => await Bucket.PutAsync("object", new ScriptedStream(content) { BiteSize = 100_003 }),
        };

        AssertETag(stored.ETag, ExpectedETag.Put(content, PartSize));
        Assert.That(stored.Size, Is.EqualTo(length));
        StorageAssert.SameObject(await Bucket.HeadAsync("object"), stored);
        await AssertContentAsync("object", content);
        await AssertKeysAsync("object");
        await AssertNoUploadsAsync();
    }

    [ContractTest]
    [TestCase(6 * 1024 * 1024)]
    [TestCase((6 * 1024 * 1024) + 1)]
    public async Task A_threshold_above_the_part_size_decides_what_is_one_part(int length)
    {
        const int threshold = 6 * 1024 * 1024;
        await using ObjectStore store = await OpenStoreAsync(options => options.MultipartThreshold = threshold);
        Bucket bucket = store.GetBucket(Bucket.Name);
        byte[] content = Payload.Bytes(length);

        ObjectProperties known = await bucket.PutAsync("known", content);
        ObjectProperties unknown = await bucket.PutAsync("unknown", new ScriptedStream(content));

        AssertETag(known.ETag, ExpectedETag.Put(content, PartSize, threshold));
        AssertETag(unknown.ETag, known.ETag);
        await AssertContentAsync("unknown", content);
    }

    [ContractTest]
    public async Task The_attributes_of_a_large_object_arrive_with_it()
    {
        var attributes = new PutOptions
        {
            ContentType = "application/x-large",
            ContentDisposition = "attachment; filename=\"a.bin\"",
            Metadata = Map(("odd name", "größe"), ("plain", "1")),
        };

        ObjectProperties stored = await PutAsync("object", Payload.Bytes(Large), attributes);

        StorageAssert.SameAttributes(stored, attributes);
        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), attributes);
    }

    [ContractTest]
    public async Task The_MD5_of_a_large_object_is_that_of_all_its_bytes()
    {
        byte[] content = Payload.Bytes(Large);

        ObjectProperties stored = await Bucket.PutAsync(
            "object", new ScriptedStream(content), new PutOptions { ContentMd5 = Payload.Md5(content) });

        AssertETag(stored.ETag, ExpectedETag.Put(content, PartSize));
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_wrong_MD5_of_a_large_object_leaves_the_old_one_and_nothing_else(bool seekable)
    {
        byte[] oldContent = Payload.Bytes(500, 9);
        ObjectProperties old = await PutAsync("object", oldContent);
        IReadOnlyList<string>? internals = await Harness.ListInternalNamesAsync();
        var options = new PutOptions { ContentMd5 = Payload.Md5(oldContent) };

        foreach (string key in new[] { "object", "new" })
        {
            var source = new ScriptedStream(Payload.Bytes(Large)) { Seekable = seekable };
            await StorageAssert.FailsAsync(StorageErrorCode.BadDigest, () => Bucket.PutAsync(key, source, options));
        }

        await AssertOnlyTheOldIsLeftAsync(old, oldContent, internals);
    }

    [ContractTest]
    [TestCase("bytes")]
    [TestCase("seekable")]
    public async Task SinglePart_gives_a_large_object_the_plain_MD5(string source)
    {
        byte[] content = Payload.Bytes(Large);
        var options = new PutOptions { SinglePart = true };

        ObjectProperties stored = source == "bytes"
            ? await PutAsync("object", content, options)
            : await Bucket.PutAsync("object", new ScriptedStream(content) { Seekable = true }, options);

        AssertETag(stored.ETag, ExpectedETag.Plain(content));
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    [TestCase(false)]
    [TestCase(true)]
    public async Task SinglePart_takes_an_unseekable_source_up_to_the_part_size(bool declared)
    {
        byte[] content = Payload.Bytes(PartSize);

        ObjectProperties stored = await Bucket.PutAsync(
            "object", new ScriptedStream(content), new PutOptions { SinglePart = true, ContentLength = declared ? PartSize : null });

        AssertETag(stored.ETag, ExpectedETag.Plain(content));
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    [TestCase(false)]
    [TestCase(true)]
    public async Task SinglePart_refuses_a_larger_unseekable_source_and_the_old_object_stays(bool declared)
    {
        byte[] oldContent = Payload.Bytes(500, 9);
        ObjectProperties old = await PutAsync("object", oldContent);
        IReadOnlyList<string>? internals = await Harness.ListInternalNamesAsync();

        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.PutAsync(
            "object",
            new ScriptedStream(Payload.Bytes(Large)),
            new PutOptions { SinglePart = true, ContentLength = declared ? Large : null }));

        await AssertOnlyTheOldIsLeftAsync(old, oldContent, internals);
    }
}
