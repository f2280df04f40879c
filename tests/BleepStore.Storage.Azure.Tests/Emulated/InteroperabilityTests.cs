using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Emulated;

/// <summary>Tests that a bare client reads the library's objects correctly, and the reverse.</summary>
public sealed class InteroperabilityTests
{
    private const int MiB = 1024 * 1024;

    private EmulatedStore _emulated = null!;
    private Bucket _bucket = null!;

    [SetUp]
    public async Task SetUp()
    {
        _emulated = await EmulatedStore.CreateAsync(storeOptions: new ObjectStoreOptions { PartSize = 5 * MiB });
        _bucket = await _emulated.Store.CreateBucketAsync("bucket");
    }

    /// <summary>A setup that was skipped has left no store.</summary>
    [TearDown]
    public ValueTask TearDown() => _emulated is null ? ValueTask.CompletedTask : _emulated.DisposeAsync();

    [Test]
    public async Task A_bare_client_reads_bytes_MD5_type_and_metadata_of_a_small_object()
    {
        byte[] content = RandomNumberGenerator.GetBytes(1000);
        ObjectProperties put = await _bucket.PutAsync(
            "dir/report #1.bin",
            content,
            new PutOptions { ContentType = "image/png", CacheControl = "max-age=5", Metadata = Metadata(("owner", "me")) });

        BlobDownloadResult read = (await Bare("bucket/dir/report #1.bin").DownloadContentAsync()).Value;

        Assert.That(read.Content.ToArray(), Is.EqualTo(content));
        Assert.That(read.Details.ContentHash, Is.EqualTo(MD5.HashData(content)));
        Assert.That(Convert.ToHexStringLower(read.Details.ContentHash), Is.EqualTo(put.ETag));
        Assert.That(read.Details.ContentType, Is.EqualTo("image/png"));
        Assert.That(read.Details.CacheControl, Is.EqualTo("max-age=5"));
        Assert.That(read.Details.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["owner"] = "me" }));
        Assert.That(read.Details.ETag.ToString("G").Trim('"'), Is.EqualTo(put.Revision));
    }

    [Test]
    public async Task A_bare_client_reads_a_large_object_which_has_no_MD5()
    {
        byte[] content = RandomNumberGenerator.GetBytes((11 * MiB) + 1);
        ObjectProperties put = await _bucket.PutAsync(
            "large", content, new PutOptions { ContentType = "image/png", Metadata = Metadata(("owner", "me")) });

        BlobDownloadResult read = (await Bare("bucket/large").DownloadContentAsync()).Value;

        Assert.That(read.Content.ToMemory().Span.SequenceEqual(content), Is.True);
        Assert.That(read.Details.ContentHash, Is.Null.Or.Empty);
        Assert.That(read.Details.ContentType, Is.EqualTo("image/png"));
        Assert.That(read.Details.Metadata["owner"], Is.EqualTo("me"));
        Assert.That(read.Details.Metadata["bleepstoreetag"], Is.EqualTo($"{put.ETag}:{content.Length}"));
        Assert.That(put.ETag, Does.EndWith("-3"));
    }

    [Test]
    public async Task An_empty_object_has_the_MD5_of_nothing()
    {
        ObjectProperties put = await _bucket.PutAsync("empty", ReadOnlyMemory<byte>.Empty);

        Assert.That(put.ETag, Is.EqualTo("d41d8cd98f00b204e9800998ecf8427e"));
        Assert.That((await Bare("bucket/empty").GetPropertiesAsync()).Value.ContentHash, Is.EqualTo(MD5.HashData([])));
    }

    [Test]
    public async Task What_a_bare_client_put_is_an_object()
    {
        byte[] content = RandomNumberGenerator.GetBytes(1000);
        await Bare("bucket/foreign.txt").UploadAsync(
            BinaryData.FromBytes(content),
            new BlobUploadOptions
            {
                HttpHeaders = new BlobHttpHeaders { ContentType = "text/plain" },
                Metadata = new Dictionary<string, string> { ["Owner"] = "them" },
            });

        ObjectProperties head = await _bucket.HeadAsync("foreign.txt");
        await using ObjectReader reader = await _bucket.GetAsync("foreign.txt");

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(content));
        Assert.That(head.ETag, Is.EqualTo(Convert.ToHexStringLower(MD5.HashData(content))));
        Assert.That(head.ContentType, Is.EqualTo("text/plain"));
        Assert.That(head.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["owner"] = "them" }));
        Assert.That((await _bucket.ListAsync().SingleAsync()).ETag, Is.EqualTo(head.ETag));
    }

    [Test]
    public async Task What_was_put_in_blocks_by_another_tool_shows_the_services_ETag()
    {
        BlockBlobClient bare = _emulated.Container.GetBlockBlobClient("bucket/blocks");
        string id = Convert.ToBase64String("block-1"u8);
        await bare.StageBlockAsync(id, new MemoryStream(new byte[10]));
        await bare.CommitBlockListAsync([id]);

        ObjectProperties head = await _bucket.HeadAsync("blocks");

        Assert.That(head.ETag, Is.EqualTo(head.Revision));
        Assert.That(head.Size, Is.EqualTo(10));
    }

    [Test]
    public async Task An_ETag_that_another_tool_copied_along_with_metadata_is_not_believed()
    {
        await _bucket.PutAsync("large", new byte[6 * MiB]);
        IDictionary<string, string> metadata = (await Bare("bucket/large").GetPropertiesAsync()).Value.Metadata;

        await Bare("bucket/other").UploadAsync(BinaryData.FromString("short"), new BlobUploadOptions { Metadata = metadata });

        Assert.That((await _bucket.HeadAsync("other")).ETag, Is.EqualTo(Convert.ToHexStringLower(MD5.HashData("short"u8))));
    }

    [Test]
    public async Task Stored_bytes_are_never_decoded()
    {
        byte[] gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        await _bucket.PutAsync("text.gz", gzip, new PutOptions { ContentEncoding = "gzip" });

        await using ObjectReader reader = await _bucket.GetAsync("text.gz");

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(gzip));
        Assert.That(reader.Properties.ContentEncoding, Is.EqualTo("gzip"));
    }

    [Test]
    public async Task Blocks_that_another_tool_has_staged_are_no_parts_and_stay()
    {
        BlockBlobClient bare = _emulated.Container.GetBlockBlobClient("bucket/object");
        string id = Convert.ToBase64String(new byte[48]);
        MultipartUpload upload = await _bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, new byte[5]);
        await bare.StageBlockAsync(id, new MemoryStream(new byte[10]));

        Assert.That(await upload.ListPartsAsync().ToListAsync(), Has.Count.EqualTo(1));
        Assert.That((await upload.CompleteAsync([part])).Size, Is.EqualTo(5));
    }

    [Test]
    public async Task Blocks_of_another_tool_with_ids_of_another_length_are_named_as_the_obstacle()
    {
        BlockBlobClient bare = _emulated.Container.GetBlockBlobClient("bucket/object");
        await bare.StageBlockAsync(Convert.ToBase64String("short"u8), new MemoryStream(new byte[10]));
        MultipartUpload upload = await _bucket.CreateMultipartUploadAsync("object");

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted, () => upload.UploadPartAsync(1, new byte[5]));

        Assert.That(error.Message, Does.Contain("Another tool"));
    }

    private static Dictionary<string, string> Metadata(params (string Name, string Value)[] entries) =>
        entries.ToDictionary(static entry => entry.Name, static entry => entry.Value);

    private BlobClient Bare(string name) => _emulated.Container.GetBlobClient(name);
}
