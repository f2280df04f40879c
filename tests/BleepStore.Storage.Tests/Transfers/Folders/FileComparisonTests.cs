using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Support;
using BleepStore.Storage.Transfers.Folders;

namespace BleepStore.Storage.Tests.Transfers.Folders;

public class FileComparisonTests
{
    private const int Mebibyte = 1024 * 1024;

    private TemporaryFolder _folder;
    private ObjectStore _memory;
    private InterceptingBackend _backend;
    private ObjectStore _store;

    [SetUp]
    public async Task CreateBucket()
    {
        _folder = new TemporaryFolder();
        _memory = InMemoryStore.Create();
        _backend = new InterceptingBackend(new UnownedBackend(_memory.GetService<StorageBackend>()!));
        _store = ObjectStore.Create(_backend);
        await _memory.CreateBucketAsync("bucket");
    }

    [TearDown]
    public async Task DisposeStores()
    {
        await _store.DisposeAsync();
        await _backend.DisposeAsync();
        await _memory.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Whatever cut the object, when it is a size that tools use.</summary>
    [TestCase(5, 11)]
    [TestCase(8, 20)]
    [TestCase(15, 16)]
    [TestCase(16, 33)]
    [TestCase(64, 20)]
    public async Task An_object_of_parts_that_another_tool_chose_is_the_same(int partSize, int size)
    {
        byte[] content = Payload.Bytes(size * Mebibyte);
        ListEntry entry = await UploadAsync(content, partSize * Mebibyte);

        Assert.That(await CompareAsync(content, entry), Is.EqualTo(Sameness.Same));
        content[^1]++;
        Assert.That(await CompareAsync(content, entry), Is.EqualTo(Sameness.InDoubt), "other bytes, or other parts");
        Assert.That(_backend.Requests, Is.Empty);
    }

    [Test]
    public async Task Parts_of_an_unknown_size_leave_a_doubt()
    {
        byte[] content = Payload.Bytes(11 * Mebibyte);
        ListEntry entry = await UploadAsync(content, (5 * Mebibyte) + 1234);

        Assert.That(await CompareAsync(content, entry), Is.EqualTo(Sameness.InDoubt));
    }

    [Test]
    public async Task Sizes_are_compared_before_anything_is_read()
    {
        var entry = new ListEntry { Key = "object", Size = 10, ETag = "no ETag", Revision = "r" };

        Assert.That(
            await new FileComparison(_store.GetBucket("bucket"))
                .CompareAsync(_folder.PathOf("missing"), new SyncItem("object", 11), "object", entry, CancellationToken.None),
            Is.EqualTo(Sameness.OtherSize));
    }

    /// <summary>S3 lists its own ETag, which under SSE-KMS looks like an MD5. The object has this library's beside it.</summary>
    [TestCase("0123456789abcdef0123456789abcdef")]
    [TestCase("0123456789abcdef0123456789abcdef-3")]
    [TestCase("0x8D4BCC2E4835CD0")]
    [TestCase("CJjt==")]
    public async Task A_listed_ETag_that_the_service_made_is_asked_for_once(string listed)
    {
        byte[] content = Payload.Bytes(1000);
        var backend = new ScriptedBackend();
        backend.Head = async (request, token) =>
        {
            StoredObject found = await backend.Real.HeadAsync(request, token);
            return found with { Properties = found.Properties with { Revision = listed } };
        };
        await using var store = ObjectStore.Create(backend);
        Bucket bucket = store.GetBucket(Stores.Bucket);
        await bucket.PutAsync("object", content);
        var entry = new ListEntry { Key = "object", Size = 1000, ETag = listed, Revision = listed };

        Assert.That(await CompareAsync(content, entry, bucket), Is.EqualTo(Sameness.Same));
        Assert.That(await CompareAsync([.. content.Reverse()], entry, bucket), Is.EqualTo(Sameness.OtherBytes));
        Assert.That(backend.Calls, Is.EqualTo(["Put", "Head", "Head"]));
    }

    [Test]
    public async Task An_object_that_was_written_since_is_not_taken_for_the_listed_one()
    {
        byte[] content = Payload.Bytes(1000);
        await _store.GetBucket("bucket").PutAsync("object", content);
        var entry = new ListEntry { Key = "object", Size = 1000, ETag = "another", Revision = "another" };

        Assert.That(await CompareAsync(content, entry), Is.EqualTo(Sameness.InDoubt));
    }

    [Test]
    public async Task A_store_that_changes_the_bytes_leaves_a_doubt()
    {
        var backend = new ScriptedBackend(new StorageCapabilities { TransformsBytes = true });
        await using var store = ObjectStore.Create(backend);
        var entry = new ListEntry { Key = "object", Size = 7, ETag = "e", Revision = "r" };

        Assert.That(
            await new FileComparison(store.GetBucket("bucket"))
                .CompareAsync(_folder.File("file", new byte[10]), new SyncItem("object", 10), "object", entry, CancellationToken.None),
            Is.EqualTo(Sameness.InDoubt));
    }

    private Task<Sameness> CompareAsync(byte[] content, ListEntry entry, Bucket? bucket = null) =>
        new FileComparison(bucket ?? _store.GetBucket("bucket")).CompareAsync(
        _folder.File("file", content), new SyncItem("object", content.Length), "object", entry, CancellationToken.None);

    private async Task<ListEntry> UploadAsync(byte[] content, int partSize)
    {
        Bucket bucket = _memory.GetBucket("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        var parts = new List<PartInfo>();
        for (int offset = 0; offset < content.Length; offset += partSize)
        {
            parts.Add(await upload.UploadPartAsync(parts.Count + 1, content.AsMemory(offset, Math.Min(partSize, content.Length - offset))));
        }

        await upload.CompleteAsync(parts);
        return await bucket.ListAsync().SingleAsync();
    }
}
