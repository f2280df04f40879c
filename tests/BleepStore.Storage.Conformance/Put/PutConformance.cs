using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests that puts are atomic, verified, and complete or without effect.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract partial class PutConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    public async Task A_put_returns_what_head_then_says()
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(1000), new PutOptions { ContentType = "text/plain" });

        Assert.That(stored.Key, Is.EqualTo("object"));
        Assert.That(stored.Size, Is.EqualTo(1000));
        Assert.That(stored.Revision, Is.Not.Empty);
        StorageAssert.SameObject(await Bucket.HeadAsync("object"), stored);
    }

    [ContractTest]
    public async Task The_ETag_of_a_small_object_is_the_MD5_of_its_bytes()
    {
        byte[] content = Payload.Bytes(12_345);

        ObjectProperties stored = await PutAsync("object", content);

        AssertETag(stored.ETag, ExpectedETag.Plain(content));
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    public async Task An_empty_object_can_be_put_and_read()
    {
        ObjectProperties fromBytes = await PutAsync("bytes", []);
        ObjectProperties fromStream = await Bucket.PutAsync("stream", new ScriptedStream([]));

        AssertETag(fromBytes.ETag, "d41d8cd98f00b204e9800998ecf8427e");
        AssertETag(fromStream.ETag, fromBytes.ETag);
        Assert.That(fromStream.Size, Is.Zero);
        await AssertContentAsync("bytes", []);
        await AssertContentAsync("stream", []);
    }

    [ContractTest]
    [TestCase(10, 2000)]
    [TestCase(2000, 10)]
    [TestCase(2000, 0)]
    public async Task A_put_replaces_the_object_whole(int first, int second)
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(first, 1));
        byte[] content = Payload.Bytes(second, 2);

        ObjectProperties stored = await PutAsync("object", content);

        Assert.That(stored.Size, Is.EqualTo(second));
        Assert.That(stored.Revision, Is.Not.EqualTo(old.Revision));
        Assert.That(stored.LastModified, Is.GreaterThanOrEqualTo(old.LastModified));
        await AssertContentAsync("object", content);
        await AssertKeysAsync("object");
    }

    [ContractTest]
    public async Task A_put_replaces_the_attributes_whole()
    {
        await PutAsync(
            "object", [1], new PutOptions { ContentLanguage = "de", CacheControl = "no-store", Metadata = Map(("a", "1"), ("b", "2")) });

        await PutAsync("object", [2], new PutOptions { ContentLanguage = "fr", Metadata = Map(("b", "3")) });

        StorageAssert.SameAttributes(
            await Bucket.HeadAsync("object"), new ObjectAttributes { ContentLanguage = "fr", Metadata = Map(("b", "3")) });
    }

    [ContractTest]
    public async Task Every_write_has_a_revision_of_its_own_even_of_the_same_bytes()
    {
        ObjectProperties a = await PutAsync("object", [1]);
        ObjectProperties b = await PutAsync("object", [2]);
        ObjectProperties again = await PutAsync("object", [1]);

        AssertETag(again.ETag, a.ETag);
        Assert.That(new[] { a.Revision, b.Revision, again.Revision }, Is.Unique);
    }

    [ContractTest]
    public async Task A_put_touches_no_other_object()
    {
        string[] neighbours = ["a", "a/b/", "a/b/c/d", "a/bc", "a/b.tmp", "A/B/C"];
        foreach (string key in neighbours)
        {
            await PutAsync(key, Payload.Text(key));
        }

        Bucket other = await CreateBucketAsync();
        await other.PutAsync("a/b/c", Payload.Text("elsewhere"));

        await PutAsync("a/b/c", Payload.Text("new"));

        foreach (string key in neighbours)
        {
            await AssertContentAsync(key, Payload.Text(key));
        }

        await AssertContentAsync(other, "a/b/c", Payload.Text("elsewhere"));
        await AssertContentAsync("a/b/c", Payload.Text("new"));
    }

    [ContractTest]
    public async Task The_right_MD5_is_accepted()
    {
        byte[] content = Payload.Bytes(5000);

        await PutAsync("bytes", content, new PutOptions { ContentMd5 = Payload.Md5(content) });
        await Bucket.PutAsync("stream", new ScriptedStream(content), new PutOptions { ContentMd5 = Payload.Md5(content) });

        await AssertContentAsync("bytes", content);
        await AssertContentAsync("stream", content);
    }

    [ContractTest]
    [TestCase(false)]
    [TestCase(true)]
    public async Task A_wrong_MD5_is_BadDigest_and_the_old_object_stays(bool fromStream)
    {
        byte[] content = Payload.Bytes(5000);
        ObjectProperties old = await PutAsync("object", content);
        var options = new PutOptions { ContentMd5 = Payload.Md5(content) };
        byte[] damaged = Payload.Bytes(5000, 1);

        foreach (string key in new[] { "object", "new" })
        {
            await StorageAssert.FailsAsync(StorageErrorCode.BadDigest, () =>
                fromStream ? Bucket.PutAsync(key, new ScriptedStream(damaged), options) : PutAsync(key, damaged, options));
        }

        await AssertUntouchedAsync(old, content);
        await AssertKeysAsync("object");
    }

    [ContractTest]
    public async Task An_MD5_of_another_length_is_an_argument_error()
    {
        await StorageAssert.ThrowsAsync<ArgumentException>(() => PutAsync("object", [1], new PutOptions { ContentMd5 = new byte[15] }));
        await AssertKeysAsync();
    }

    [ContractTest]
    public async Task What_is_no_source_is_an_argument_error()
    {
        await StorageAssert.ThrowsAsync<ArgumentNullException>(() => Bucket.PutAsync("object", (Stream)null!));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.PutAsync("object", new WriteOnlyStream()));
        await StorageAssert.ThrowsAsync<ArgumentOutOfRangeException>(() => PutAsync("object", [1], new PutOptions { ContentLength = -1 }));
        await AssertKeysAsync();
    }

    private static Dictionary<string, string> Map(params (string Name, string Value)[] entries) =>
        entries.ToDictionary(static entry => entry.Name, static entry => entry.Value);

    private sealed class WriteOnlyStream : MemoryStream
    {
        public override bool CanRead => false;
    }
}
