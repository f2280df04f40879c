using System.Buffers;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Records;
using BleepStore.Storage.Local.Tests.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests.Records;

/// <summary>Attributes where the file system has none, or has no room for so many.</summary>
[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalRecordsTests(DiskLayer layer) : LocalFixture(layer)
{
    private string Meta => Path.Combine(Root, ".bleepstore", "meta");

    [Test]
    public async Task Without_extended_attributes_the_record_is_a_file_that_goes_with_its_object()
    {
        ObjectStore store = Open(Backend(Options(Durability.Full), 0));
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

        await FailAsync(StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("a/key", Bytes("3"), new PutOptions { IfAbsent = true }));
        foreach (string key in new[] { "a/key", "a/copy", "a/key/below" })
        {
            await bucket.DeleteAsync(key);
        }

        Assert.That(Directory.GetFiles(Meta), Is.Empty);
    }

    [Test]
    public async Task Records_that_a_dead_instance_left_without_an_object_are_swept_and_no_others()
    {
        string dead = Path.Combine(Tmp, "dead");
        Bucket bucket = await OpenBucketAsync(store: Open(Backend(Options(), 0)));
        await bucket.PutAsync("kept", Bytes("1"), new PutOptions { ContentType = "text/kept" });
        string kept = Directory.GetFiles(Meta).Single();
        await bucket.PutAsync("doubtful", Bytes("2"), new PutOptions { ContentType = "text/doubtful" });
        string doubtful = Directory.GetFiles(Meta).Single(path => path != kept);
        await bucket.PutAsync("lost", Bytes("3"));
        string lost = Directory.GetFiles(Meta).Single(path => path != kept && path != doubtful);
        await bucket.PutAsync("reused", Bytes("4"));
        string reused = Directory.GetFiles(Meta).Single(path => path != kept && path != doubtful && path != lost);
        Directory.CreateDirectory(dead);

        // As a crash leaves them: before an overwrite was done; after a rename but before the old record went; half written; and one whose
        // name was taken by a living instance since, for a file that got the same inode and is not in its place yet.
        Link(doubtful);
        Link(lost);
        File.Delete(PathIn("bucket", "lost"));
        string torn = Path.Combine(Meta, $"{new string('0', 32)}.1");
        await File.WriteAllTextAsync(torn, "\a");
        Link(torn);
        await File.WriteAllBytesAsync(Path.Combine(dead, "record." + Path.GetFileName(reused)), await File.ReadAllBytesAsync(reused));
        File.Delete(PathIn("bucket", "reused"));

        await Open().CheckAsync();

        Assert.That(Directory.GetFiles(Meta), Is.EquivalentTo(new[] { kept, doubtful, reused }));
        Assert.That(Directory.Exists(dead), Is.False);
        Assert.That((await bucket.HeadAsync("doubtful")).ContentType, Is.EqualTo("text/doubtful"));
        Assert.That((await bucket.HeadAsync("kept")).ContentType, Is.EqualTo("text/kept"));

        void Link(string path) => File.Move(CopyOf(path), Path.Combine(dead, "record." + Path.GetFileName(path)));

        string CopyOf(string path)
        {
            string copy = Path.Combine(dead, "link");
            Assert.That(Layer.OpenRoot(Meta, out DiskFolder from), Is.EqualTo(DiskError.None));
            Assert.That(Layer.OpenRoot(dead, out DiskFolder to), Is.EqualTo(DiskError.None));
            using (from)
            using (to)
            {
                Assert.That(from.Link(Path.GetFileName(path), to, "link"), Is.EqualTo(DiskError.None));
            }

            return copy;
        }
    }

    [Test]
    public async Task Writes_that_succeed_and_writes_that_fail_leave_no_record_in_doubt()
    {
        Bucket bucket = await OpenBucketAsync(store: Open(Backend(Options(), 0)));
        await bucket.PutAsync("key", Bytes("1"));
        await bucket.PutAsync("key", Bytes("2"));
        await FailAsync(StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("key", Bytes("3"), new PutOptions { IfAbsent = true }));
        await bucket.PutAsync("key/below", Bytes("4"));
        await bucket.DeleteAsync("key/below");

        Assert.That(Temporaries(), Is.Empty);
        Assert.That(Directory.GetFiles(Meta), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Records_in_files_belong_to_what_is_read_while_others_overwrite_and_delete()
    {
        Bucket bucket = await OpenBucketAsync(store: Open(Backend(Options(), 0)));
        Bucket other = await OpenBucketAsync(store: Open());
        await bucket.PutAsync("key", Bytes("0"), new PutOptions { ContentType = "text/0" });
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await using ObjectReader reader = await other.GetAsync("key");
                string text = System.Text.Encoding.UTF8.GetString(await reader.ReadAllAsync());
                Assert.That(reader.Properties.ContentType, Is.EqualTo($"text/{text}"));
            }
        }))];
        for (int i = 0; i < 400 && !readers.Any(reader => reader.IsCompleted); i++)
        {
            await bucket.PutAsync("key", Bytes($"{i}"), new PutOptions { ContentType = $"text/{i}" });
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        await bucket.DeleteAsync("key");
        Assert.That(Directory.GetFiles(Meta), Is.Empty);
    }

    [Test]
    public async Task A_store_that_started_before_there_were_records_in_files_removes_them_too()
    {
        Bucket bucket = await OpenBucketAsync();
        Bucket other = await OpenBucketAsync(store: Open(Backend(Options(), 0)));
        await other.PutAsync("key", Bytes("1"));
        await other.PutAsync("gone", Bytes("1"));

        await bucket.PutAsync("key", Bytes("2"));
        await bucket.DeleteAsync("gone");

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
            Missing.EndTest("There is no file system in memory at /dev/shm, as Linux has it. Mount one to run this.", isRequired: false);
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
            File = 0xFF_FFFF_FFFF,
            WriteId = "id",
            ETag = "d41d8cd98f00b204e9800998ecf8427e-1003",
            Parts = PartSizes.Of([.. Enumerable.Repeat(8L << 20, 1000), 16L << 20, 16L << 20, 1]),
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

        Assert.That(back! with { Attributes = record.Attributes, Parts = record.Parts }, Is.EqualTo(record));
        Assert.That(back.Parts!.All, Is.EqualTo(record.Parts!.All));
        Assert.That(back.Attributes with { Metadata = record.Attributes.Metadata }, Is.EqualTo(record.Attributes));
        Assert.That(back.Attributes.Metadata, Is.EqualTo(record.Attributes.Metadata));
        foreach (int length in new[] { 0, 1, 5, 20, 30, 60, 62, 64, 100 })
        {
            Assert.That(RecordCodec.TryDecode(bytes.AsSpan(0, length)), Is.Null);
        }

        Assert.That(RecordCodec.TryDecode("something else altogether"u8), Is.Null);
    }

    [Test]
    public void The_record_of_an_ordinary_put_fits_in_the_inode()
    {
        var record = new ObjectRecord
        {
            Size = 4096,
            Modified = 1_795_000_000_123_456_789,
            File = 0xFF_FFFF_FFFF,
            WriteId = "abcdEFGH-_0",
            ETag = "d41d8cd98f00b204e9800998ecf8427e",
            Attributes = new ObjectAttributes { ContentType = "application/json" },
        };

        Assert.That(RecordCodec.Encode(record).Length, Is.LessThanOrEqualTo(60), "what an inode of 256 bytes has room for");
        Assert.That(RecordCodec.TryDecode(RecordCodec.Encode(record))?.ETag, Is.EqualTo(record.ETag));
    }

    [TestCase("")]
    [TestCase("d41d8cd98f00b204e9800998ecf8427e")]
    [TestCase("D41D8CD98F00B204E9800998ECF8427E")]
    [TestCase("d41d8cd98f00b204e9800998ecf8427e-12")]
    [TestCase("abc")]
    [TestCase("abcdEFGH-_012345")]
    [TestCase("AB")]
    [TestCase("AQ==")]
    [TestCase("AA AA")]
    [TestCase("AAAA\n")]
    [TestCase("application/json")]
    [TestCase("ä🙀")]
    public void A_text_comes_back_as_it_was_whatever_it_looks_like(string text)
    {
        foreach (string value in new[] { text, string.Concat(Enumerable.Repeat(text, 50)) })
        {
            var bytes = new ArrayBufferWriter<byte>();
            PackedCodec.WriteText(bytes, value);
            ReadOnlySpan<byte> left = bytes.WrittenSpan;

            Assert.That(PackedCodec.ReadText(ref left), Is.EqualTo(value));
            Assert.That(left.Length, Is.Zero);
        }
    }

    [TestCase(0UL)]
    [TestCase(127UL)]
    [TestCase(128UL)]
    [TestCase(ulong.MaxValue)]
    public void A_number_comes_back_as_it_was(ulong number)
    {
        var bytes = new ArrayBufferWriter<byte>();
        PackedCodec.WriteNumber(bytes, number);
        ReadOnlySpan<byte> left = bytes.WrittenSpan;

        Assert.That(PackedCodec.ReadNumber(ref left), Is.EqualTo(number));
        Assert.That(left.Length, Is.Zero);
    }

    /// <summary>Anybody who may write a file can write its record. One with endless empty parts would be hashed for ever.</summary>
    [TestCase(1000, new long[] { 400, 400, 200 }, true)]
    [TestCase(0, new long[] { 0 }, true)]
    [TestCase(0, new long[] { 0, 0 }, false)]
    [TestCase(400, new long[] { 400, 0, 0 }, false)]
    [TestCase(1000, new long[] { 400, 400 }, false)]
    [TestCase(1000, new long[] { 400, 400, 400 }, false)]
    [TestCase(10, new long[] { long.MaxValue, long.MaxValue }, false)]
    public void Parts_are_those_of_an_object_only_if_they_fill_it(long size, long[] parts, bool expected) =>
        Assert.That(PartSizes.Of(parts)!.IsOf(size), Is.EqualTo(expected));
}
