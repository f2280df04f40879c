using System.Text.Json.Serialization;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;

namespace BleepStore.Storage.Conformance;

/// <summary>
/// Tests the calls for everyday jobs with texts, JSON, files, attributes, prefixes, and copies to other buckets and stores.
/// </summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract partial class TransfersConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    private static readonly PutOptions Described = new()
    {
        ContentType = "text/x-described",
        ContentLanguage = "en-GB",
        CacheControl = "max-age=60",
        ContentDisposition = ContentDispositions.Attachment("übersicht.txt"),
        Metadata = new Dictionary<string, string> { ["colour"] = "blåbær", ["size"] = "1" },
    };

    [ContractTest]
    [TestCase("")]
    [TestCase("plain")]
    [TestCase("größer, 大, 🎈\r\n\0")]
    public async Task A_text_comes_back(string text)
    {
        ObjectProperties stored = await Bucket.PutTextAsync("text", text);

        Assert.That(await Bucket.GetTextAsync("text"), Is.EqualTo(text));
        await AssertContentAsync("text", Payload.Text(text));
        Assert.That((await Bucket.HeadAsync("text")).ContentType, Is.EqualTo("text/plain; charset=utf-8").And.EqualTo(stored.ContentType));
    }

    [ContractTest]
    public async Task A_value_comes_back_as_JSON()
    {
        var value = new Dictionary<string, int[]> { ["ü"] = [1, 2, 3], ["large"] = [.. Enumerable.Range(0, 20_000)] };

        await Bucket.PutJsonAsync("value", value, Json.Default.DictionaryStringInt32Array);

        Assert.That(await Bucket.GetJsonAsync("value", Json.Default.DictionaryStringInt32Array), Is.EqualTo(value));
        Assert.That((await Bucket.HeadAsync("value")).ContentType, Is.EqualTo("application/json"));
    }

    [ContractTest]
    public async Task What_is_larger_than_the_limit_is_EntityTooLarge()
    {
        await Bucket.PutTextAsync("text", "12345");

        await StorageAssert.FailsAsync(StorageErrorCode.EntityTooLarge, () => Bucket.GetTextAsync("text", maxBytes: 4));
        Assert.That(await Bucket.GetTextAsync("text", maxBytes: 5), Is.EqualTo("12345"));
    }

    [ContractTest]
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(PartSize)]
    [TestCase((2 * PartSize) + 1)]
    public async Task A_file_goes_up_and_comes_down(int size)
    {
        byte[] content = Payload.Bytes(size);
        using var folder = new TemporaryFolder();
        string sent = folder.File("sent.png", content);
        string received = folder.File("received.png", [1, 2, 3]);

        ObjectProperties stored = await Bucket.PutFileAsync("file", sent);
        ObjectProperties got = await Bucket.GetFileAsync("file", received);

        Assert.That(await File.ReadAllBytesAsync(received), Is.EqualTo(content));
        StorageAssert.SameObject(got, await Bucket.HeadAsync("file"));
        Assert.That((got.Revision, got.ContentType), Is.EqualTo((stored.Revision, "image/png")));
        Assert.That(folder.Names, Is.EquivalentTo(["sent.png", "received.png"]), "nothing temporary is left");
    }

    [ContractTest]
    [TestCase(0)]
    [TestCase(1000)]
    [TestCase((2 * PartSize) + 1)]
    public async Task Progress_ends_with_all_bytes(int size)
    {
        var put = new Recorder();
        var got = new Recorder();
        var read = new Recorder();
        using var folder = new TemporaryFolder();

        await Bucket.PutFileAsync("file", folder.File("sent", Payload.Bytes(size)), new PutOptions { Progress = put });
        await Bucket.GetFileAsync("file", folder.PathOf("received"), new GetFileOptions { Progress = got });
        await ReadAsync("file", new GetOptions { Progress = read });

        foreach (Recorder recorder in new[] { put, got, read })
        {
            TransferProgress last = await recorder.DoneAsync();
            Assert.That((last.Bytes, last.TotalBytes), Is.EqualTo(((long)size, (long?)size)));
            Assert.That(recorder.All.Select(static report => report.Bytes), Is.All.InRange(0, size));
            Assert.That(recorder.All.Last(), Is.EqualTo(last), "nothing is told after the end");
        }
    }

    [ContractTest]
    public async Task What_is_not_there_leaves_the_file()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("file", [1, 2, 3]);

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.GetFileAsync("missing", file));

        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(folder.Names, Is.EqualTo(["file"]));
    }

    [ContractTest]
    public async Task An_object_is_copied_to_a_stream()
    {
        byte[] content = Payload.Bytes(PartSize + 1000);
        await PutAsync("object", content, Described);
        var copy = new MemoryStream();

        ObjectProperties found = await Bucket.DownloadToAsync("object", copy);

        Assert.That(copy.ToArray().AsSpan().SequenceEqual(content), Is.True);
        StorageAssert.SameAttributes(found, Described);
    }

    [ContractTest]
    public async Task Attributes_change_and_what_is_not_named_stays()
    {
        byte[] content = Payload.Bytes(1000);
        ObjectProperties before = await PutAsync("object", content, Described);
        await PutAsync("other", content, Described);

        ObjectProperties after = await Bucket.UpdateAttributesAsync("object", static old => old with { ContentType = "text/x-new" });

        StorageAssert.SameAttributes(after, Described with { ContentType = "text/x-new" });
        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), Described with { ContentType = "text/x-new" });
        StorageAssert.SameAttributes(await Bucket.HeadAsync("other"), Described);
        await AssertContentAsync("object", content);
        Assert.That(after.Size, Is.EqualTo(before.Size));
    }

    [ContractTest]
    public async Task Attributes_that_do_not_change_are_not_written()
    {
        ObjectProperties before = await PutAsync("object", Payload.Bytes(10), Described);

        ObjectProperties after = await Bucket.UpdateAttributesAsync("object", static old => old with { });

        Assert.That(after.Revision, Is.EqualTo(before.Revision));
        await AssertUntouchedAsync(after, Payload.Bytes(10));
    }

    [ContractTest]
    public async Task Attributes_are_not_changed_of_what_was_written_after_they_were_read()
    {
        await PutAsync("object", Payload.Bytes(10), Described);

        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => Bucket.UpdateAttributesAsync("object", old =>
        {
            // Somebody writes the object between the read and the change.
            Task.Run(() => PutAsync("object", Payload.Bytes(20))).GetAwaiter().GetResult();
            return old with { ContentType = "text/x-new" };
        }));

        await AssertContentAsync("object", Payload.Bytes(20));
        Assert.That((await Bucket.HeadAsync("object")).ContentType, Is.Not.EqualTo("text/x-new"));
    }

    [ContractTest]
    public async Task A_prefix_is_deleted_and_nothing_else()
    {
        foreach (string key in new[] { "a", "a/1", "a/2", "a/b/3", "a0", "ab/1", "b" })
        {
            await PutAsync(key, [1]);
        }

        DeleteManyResult deleted = await Bucket.DeletePrefixAsync("a/");

        Assert.That((deleted.Count, deleted.Failures.Count), Is.EqualTo((3, 0)));
        await AssertKeysAsync("a", "a0", "ab/1", "b");
    }

    [ContractTest]
    public async Task A_prefix_is_moved_and_nothing_else()
    {
        byte[] content = Payload.Bytes(1000);
        await PutAsync("a/1", content, Described);
        foreach (string key in new[] { "a", "a/2", "a/b/3", "a0", "ab/1", "b", "c/d/2" })
        {
            await PutAsync(key, [1]);
        }

        FolderReport moved = await Bucket.MovePrefixAsync("a/", "c/d/", new MoveOptions { AllowRace = true });

        Assert.That((moved.Transferred, moved.TransferredBytes, moved.Failures.Count), Is.EqualTo((3L, 1002L, 0)));
        await AssertKeysAsync("a", "a0", "ab/1", "b", "c/d/1", "c/d/2", "c/d/b/3");
        await AssertContentAsync("c/d/1", content);
        StorageAssert.SameAttributes(await Bucket.HeadAsync("c/d/1"), Described);
    }

    [ContractTest]
    public async Task An_object_is_copied_to_another_bucket()
    {
        byte[] content = Payload.Bytes(1000);
        await PutAsync("object", content, Described);
        Bucket other = await CreateBucketAsync();

        ObjectProperties copy = await Bucket.CopyToAsync("object", other, "copy");

        StorageAssert.SameAttributes(copy, Described);
        await AssertContentAsync(other, "copy", content);
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    [TestCase(0)]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task An_object_goes_to_another_store_and_comes_back(int size)
    {
        byte[] content = Payload.Bytes(size);
        ObjectProperties put = await PutAsync("object", content, Described);
        await using ObjectStore memory = InMemoryStore.Create(storeOptions: new ObjectStoreOptions { PartSize = PartSize });
        Bucket elsewhere = await memory.CreateBucketAsync("elsewhere");

        ObjectProperties there = await Bucket.CopyToAsync("object", elsewhere);
        await AssertUntouchedAsync(await Bucket.HeadAsync("object"), content);
        ObjectProperties back = await elsewhere.MoveToAsync("object", Bucket, "back");

        AssertETag(there.ETag, put.ETag);
        AssertETag(back.ETag, put.ETag);
        StorageAssert.SameAttributes(there, Described);
        StorageAssert.SameAttributes(back, Described);
        await AssertContentAsync("back", content);
        Assert.That(await elsewhere.ExistsAsync("object"), Is.False);
    }

    [ContractTest]
    public async Task An_object_moves_to_another_store()
    {
        byte[] content = Payload.Bytes(1000);
        await PutAsync("object", content, Described);
        await PutAsync("object2", content);
        await using ObjectStore memory = InMemoryStore.Create();
        Bucket elsewhere = await memory.CreateBucketAsync("elsewhere");
        if (!Capabilities.DeletesConditionally)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => Bucket.MoveToAsync("object", elsewhere));
            Assert.That(await elsewhere.ExistsAsync("object"), Is.False);
        }

        await Bucket.MoveToAsync("object", elsewhere, options: new MoveOptions { AllowRace = true });

        await AssertContentAsync(elsewhere, "object", content);
        await AssertKeysAsync("object2");
    }

    [JsonSerializable(typeof(Dictionary<string, int[]>))]
    private sealed partial class Json : JsonSerializerContext;
}
