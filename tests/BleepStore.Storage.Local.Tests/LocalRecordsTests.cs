using BleepStore.Storage.Local.Files;

namespace BleepStore.Storage.Local.Tests;

/// <summary>Attributes where the file system has none, or has no room for so many.</summary>
public class LocalRecordsTests : LocalFixture
{
    private string Meta => Path.Combine(Root, ".bleepstore", "meta");

    [Test]
    public async Task Without_extended_attributes_the_record_is_a_file_that_goes_with_its_object()
    {
        ObjectStore store = Open(new LocalBackend(Options(Durability.Full)) { LargestAttribute = 0 });
        Bucket bucket = await OpenBucketAsync(store: store);
        ObjectProperties first = await bucket.PutAsync("a/key", Bytes("1"), new PutOptions { ContentType = "text/1" });
        ObjectProperties put = await bucket.PutAsync("a/key", Bytes("2"), new PutOptions { ContentType = "text/2", IfMatch = first.ETag });

        Assert.That((await bucket.HeadAsync("a/key")).ContentType, Is.EqualTo("text/2"));
        Assert.That((await bucket.ListAsync().SingleAsync()).ETag, Is.EqualTo(put.ETag));
        Assert.That(Directory.GetFiles(Meta), Has.Length.EqualTo(1));
        await bucket.CopyAsync(new ObjectAddress("bucket", "a/key"), "a/copy");
        await bucket.PutAsync("a/key/below", Bytes("x"));
        Assert.That((await bucket.HeadAsync("a/copy")).ContentType, Is.EqualTo("text/2"));
        Assert.That((await bucket.HeadAsync("a/key")).Revision, Is.EqualTo(put.Revision), "after it became a folder");

        await FailAsync(StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("a/key", Bytes("3"), new PutOptions { IfNoneMatch = "*" }));
        foreach (string key in new[] { "a/key", "a/copy", "a/key/below" })
        {
            await bucket.DeleteAsync(key);
        }

        Assert.That(Directory.GetFiles(Meta), Is.Empty);
    }

    [Test]
    public async Task A_record_that_the_file_system_s_attributes_cannot_hold_is_kept_in_a_file()
    {
        Bucket bucket = await OpenBucketAsync();
        string header = new('x', 6000);

        await bucket.PutAsync("key", Bytes("v"), new PutOptions { ContentDisposition = header });

        Assert.That((await bucket.HeadAsync("key")).ContentDisposition, Is.EqualTo(header));
        Assert.That((await Open().GetBucket("bucket").HeadAsync("key")).ContentDisposition, Is.EqualTo(header));
    }

    [Test]
    public async Task On_a_file_system_in_memory_everything_works_the_same()
    {
        if (!Directory.Exists("/dev/shm"))
        {
            Assert.Ignore("There is no /dev/shm here.");
        }

        string root = $"/dev/shm/bleepstore-{Guid.NewGuid():N}";
        try
        {
            Bucket bucket = await OpenBucketAsync(store: Open(options => (options.RootPath, options.Durability) = (root, Durability.Full)));
            await bucket.PutAsync("a", new PatternStream(20_000_000), new PutOptions { Metadata = new Dictionary<string, string> { ["name"] = "value" } });
            await bucket.PutAsync("a/b", Bytes("x"));
            await bucket.CopyAsync(new ObjectAddress("bucket", "a"), "c");

            Assert.That((await bucket.HeadAsync("c")).Metadata["name"], Is.EqualTo("value"));
            await using ObjectReader reader = await bucket.GetAsync("a");
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo(PatternStream.At(0, 20_000_000)));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Test]
    public void A_record_reads_back_whole_and_damaged_bytes_are_none()
    {
        var record = new ObjectRecord
        {
            Size = long.MaxValue,
            Modified = -1,
            WriteId = "id",
            ETag = "etag",
            WriteToken = null,
            Attributes = new ObjectAttributes
            {
                ContentType = "a",
                Expires = DateTimeOffset.UnixEpoch,
                StorageClass = new string('s', 70_000),
                Metadata = new Dictionary<string, string> { ["name"] = "", ["ö"] = "🙀" },
            },
        };
        byte[] bytes = RecordCodec.Encode(record).ToArray();

        ObjectRecord? back = RecordCodec.TryDecode(bytes);

        Assert.That(back! with { Attributes = record.Attributes }, Is.EqualTo(record));
        Assert.That(back.Attributes with { Metadata = record.Attributes.Metadata }, Is.EqualTo(record.Attributes));
        Assert.That(back.Attributes.Metadata, Is.EqualTo(record.Attributes.Metadata));
        foreach (int length in new[] { 0, 1, 5, 20, 30, 100 })
        {
            Assert.That(RecordCodec.TryDecode(bytes.AsSpan(0, length)), Is.Null);
        }

        Assert.That(RecordCodec.TryDecode("something else altogether"u8), Is.Null);
    }
}
