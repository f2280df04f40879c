using System.Security.Cryptography;
using System.Text;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests;

[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalObjectsTests(DiskLayer layer) : LocalFixture(layer)
{
    [Test]
    public async Task Round_trip_returns_the_bytes_and_their_MD5([Values(0, 1, 4096, 256 * 1024, 3 * 1024 * 1024)] int size)
    {
        Bucket bucket = await OpenBucketAsync();
        byte[] bytes = RandomNumberGenerator.GetBytes(size);

        ObjectProperties put = await bucket.PutAsync("key", bytes);
        await using ObjectReader reader = await bucket.GetAsync("key");

        Assert.That(put.ETag, Is.EqualTo(Convert.ToHexStringLower(MD5.HashData(bytes))));
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes));
        Assert.That(reader.Properties, Is.EqualTo(put with { Metadata = reader.Properties.Metadata }));
    }

    [Test]
    public async Task The_layout_on_disk_is_the_natural_one_and_parents_are_created()
    {
        Bucket bucket = await OpenBucketAsync();

        await bucket.PutAsync("a/b/c.txt", Bytes("text"));

        Assert.That(await File.ReadAllTextAsync(PathIn("bucket", "a", "b", "c.txt")), Is.EqualTo("text"));
    }

    [Test]
    public async Task Overwriting_replaces_bytes_properties_metadata_and_revision()
    {
        Bucket bucket = await OpenBucketAsync();
        ObjectProperties first = await bucket.PutAsync("key", Bytes("one"), new PutOptions { ContentType = "text/plain", Metadata = new Dictionary<string, string> { ["A"] = "ä" } });
        Assert.That((await bucket.HeadAsync("key")).Metadata, Is.EqualTo(new Dictionary<string, string> { ["a"] = "ä" }));

        ObjectProperties second = await bucket.PutAsync("key", Bytes("one"));

        ObjectProperties head = await bucket.HeadAsync("key");
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("one"));
        Assert.That(head.ContentType, Is.Null);
        Assert.That(head.Metadata, Is.Empty);
        Assert.That(head.Revision, Is.EqualTo(second.Revision).And.Not.EqualTo(first.Revision));
    }

    [Test]
    public async Task A_missing_key_is_NoSuchKey_and_a_missing_bucket_is_NoSuchBucket()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("file", Bytes("x"));

        await FailAsync(StorageErrorCode.NoSuchKey, () => bucket.GetAsync("missing"));
        await FailAsync(StorageErrorCode.NoSuchKey, () => bucket.GetAsync("missing/deeper"));
        await FailAsync(StorageErrorCode.NoSuchKey, () => bucket.HeadAsync("file/below"));
        Bucket other = store.GetBucket("other");
        await FailAsync(StorageErrorCode.NoSuchBucket, () => other.GetAsync("key"));
        await FailAsync(StorageErrorCode.NoSuchBucket, () => other.PutAsync("key", Bytes("x")));
        await FailAsync(StorageErrorCode.NoSuchBucket, () => other.DeleteAsync("key"));
        await FailAsync(StorageErrorCode.NoSuchBucket, () => other.ListPageAsync());
        await FailAsync(StorageErrorCode.NoSuchBucket, () => other.CreateMultipartUploadAsync("key"));
    }

    [Test]
    public async Task A_stream_delivers_the_whole_an_offset_a_length_both_and_a_suffix_in_many_chunks()
    {
        Bucket bucket = await OpenBucketAsync();
        byte[] bytes = RandomNumberGenerator.GetBytes(1_000_000);
        await bucket.PutAsync("key", bytes);

        await Check(null, bytes);
        await Check(ByteRange.From(0), bytes);
        await Check(ByteRange.From(999_999), bytes[^1..]);
        await Check(ByteRange.From(0, 10), bytes[..10]);
        await Check(ByteRange.From(500_000, 300_000), bytes[500_000..800_000]);
        await Check(ByteRange.Suffix(7), bytes[^7..]);
        await FailAsync(StorageErrorCode.InvalidRange, () => bucket.GetAsync("key", new GetOptions { Range = ByteRange.From(1_000_000) }));

        async Task Check(ByteRange? range, byte[] expected)
        {
            await using ObjectReader reader = await bucket.GetAsync("key", new GetOptions { Range = range });
            var read = new MemoryStream();
            await reader.Content.CopyToAsync(read, bufferSize: 1000);
            Assert.That(read.ToArray(), Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task An_object_of_more_than_2_GiB_is_whole()
    {
        Bucket bucket = await OpenBucketAsync();
        const long size = (2L << 30) + 12_345;
        using var source = new PatternStream(size);

        ObjectProperties put = await bucket.PutAsync("large", source, new PutOptions { ContentLength = size });

        Assert.That(put.Size, Is.EqualTo(size));
        Assert.That(new FileInfo(PathIn("bucket", "large")).Length, Is.EqualTo(size));
        await using ObjectReader reader = await bucket.GetAsync("large", new GetOptions { Range = ByteRange.Suffix(20_000) });
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(PatternStream.At(size - 20_000, 20_000)));

        // In the kernel, too, one call moves less than this.
        ObjectProperties copy = await bucket.CopyAsync(new ObjectAddress("bucket", "large"), "copy");
        Assert.That(copy.Size, Is.EqualTo(size));
        await using ObjectReader copied = await bucket.GetAsync("copy", new GetOptions { Range = ByteRange.Suffix(20_000) });
        Assert.That(await copied.ReadAllAsync(), Is.EqualTo(PatternStream.At(size - 20_000, 20_000)));
    }

    [Test]
    public async Task Delete_removes_is_idempotent_and_takes_exactly_that_key()
    {
        Bucket bucket = await OpenBucketAsync();
        foreach (string key in new[] { "a", "a/b", "ab", "a/", "a/b/c" })
        {
            await bucket.PutAsync(key, Bytes(key));
        }

        await bucket.DeleteAsync("a");
        await bucket.DeleteAsync("a");
        await bucket.DeleteAsync("never/there");

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "a/", "a/b", "a/b/c", "ab" }));
    }

    [Test]
    public async Task Delete_prunes_empty_parents_and_keeps_those_that_are_not()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("a/b/c/d", Bytes("1"));
        await bucket.PutAsync("a/x", Bytes("2"));

        await bucket.DeleteAsync("a/b/c/d");

        Assert.That(Directory.Exists(PathIn("bucket", "a", "b")), Is.False);
        Assert.That(await ReadAsync(bucket, "a/x"), Is.EqualTo("2"));
        await bucket.DeleteAsync("a/x");
        Assert.That(Directory.EnumerateFileSystemEntries(PathIn("bucket")), Is.Empty);
    }

    [Test]
    public async Task A_body_shorter_or_longer_than_declared_or_that_throws_leaves_the_old_object_and_no_temp()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("key", Bytes("old"));

        await FailAsync(StorageErrorCode.IncompleteBody, () => bucket.PutAsync("key", new MemoryStream(new byte[10]), new PutOptions { ContentLength = 11 }));
        await Assert.ThatAsync(() => bucket.PutAsync("key", new PatternStream(200_000, failAt: 150_000)), Throws.InvalidOperationException);
        await FailAsync(StorageErrorCode.BadDigest, () => bucket.PutAsync("key", new MemoryStream(new byte[10]), new PutOptions { ContentMd5 = new byte[16] }));

        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("old"));
        Assert.That(Temporaries(), Is.Empty);
    }

    [Test]
    public async Task A_cancelled_put_leaves_the_old_object_and_no_temp()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("key", Bytes("old"));
        using var cancel = new CancellationTokenSource();
        var source = new PatternStream(10_000_000) { OnRead = position => { if (position > 5_000_000) { cancel.Cancel(); } } };

        await Assert.CatchAsync<OperationCanceledException>(() => bucket.PutAsync("key", source, cancellationToken: cancel.Token));

        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("old"));
        Assert.That(Temporaries(), Is.Empty);
    }

    [Test]
    public async Task An_overwrite_or_delete_during_a_read_does_not_disturb_it()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("key", new PatternStream(3_000_000));
        await using ObjectReader reader = await bucket.GetAsync("key");
        byte[] head = new byte[1000];
        await reader.Content.ReadExactlyAsync(head);

        await bucket.PutAsync("key", Bytes("new"));
        await bucket.DeleteAsync("key");
        byte[] rest = new byte[2_999_000];
        await reader.Content.ReadExactlyAsync(rest);

        Assert.That(rest, Is.EqualTo(PatternStream.At(1000, 2_999_000)));
    }

    [Test]
    public async Task Copy_keeps_or_replaces_attributes_keeps_the_ETag_and_may_be_onto_itself()
    {
        Bucket bucket = await OpenBucketAsync();
        Bucket other = await OpenBucketAsync("other", Open());
        ObjectProperties source = await bucket.PutAsync("a", new PatternStream(20_000_000), new PutOptions { ContentType = "text/x" });

        ObjectProperties kept = await other.CopyAsync(new ObjectAddress("bucket", "a"), "b");
        ObjectProperties replaced = await bucket.CopyAsync(new ObjectAddress("bucket", "a"), "a", new CopyOptions { Attributes = new ObjectAttributes { ContentType = "text/y" } });

        Assert.That((kept.ETag, kept.ContentType, kept.Size), Is.EqualTo((source.ETag, "text/x", 20_000_000L)));
        Assert.That((replaced.ETag, replaced.ContentType), Is.EqualTo((source.ETag, "text/y")));
        Assert.That(File.ReadAllBytes(PathIn("other", "b")), Is.EqualTo(PatternStream.At(0, 20_000_000)));
        await FailAsync(StorageErrorCode.NoSuchKey, () => bucket.CopyAsync(new ObjectAddress("bucket", "missing"), "a"));
        Assert.That((await bucket.HeadAsync("a")).Revision, Is.EqualTo(replaced.Revision));
    }

    [Test]
    public async Task Full_durability_stores_lists_and_deletes_the_same()
    {
        Bucket bucket = await OpenBucketAsync(store: Open(options => options.Durability = Durability.Full));

        await bucket.PutAsync("new/folders/key", new PatternStream(40_000_000));
        await bucket.PutAsync("new", Bytes("x"));
        await bucket.CopyAsync(new ObjectAddress("bucket", "new/folders/key"), "copy");
        await bucket.DeleteAsync("new/folders/key");

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "copy", "new" }));
    }

    [Test]
    public async Task Reads_of_the_content_map_their_errors()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("key", Bytes("content"));
        await using ObjectReader reader = await bucket.GetAsync("key");
        await File.WriteAllTextAsync(PathIn("bucket", "key"), "");

        StorageException error = await FailAsync(StorageErrorCode.PreconditionFailed, () => reader.ReadAllAsync());

        Assert.That(error.Provider, Is.EqualTo("local"));
    }

    [Test]
    public async Task Text_reads_back_as_it_was_written()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("key", new MemoryStream(Encoding.UTF8.GetBytes("grüße")));

        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("grüße"));
    }
}
