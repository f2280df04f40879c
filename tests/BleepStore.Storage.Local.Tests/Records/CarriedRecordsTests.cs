using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Records;
using BleepStore.Storage.Local.Tests.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests.Records;

/// <summary>Records that another program has put on another file than the store did.</summary>
[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class CarriedRecordsTests(DiskLayer layer) : LocalFixture(layer)
{
    private static readonly PutOptions Described = new() { ContentType = "text/plain", Metadata = new Dictionary<string, string> { ["name"] = "value" } };

    [Test]
    public async Task A_record_on_the_bytes_of_another_object_is_not_believed()
    {
        Bucket bucket = await OpenBucketAsync();
        ObjectProperties source = await bucket.PutAsync("source", Bytes("right"), Described);
        await bucket.PutAsync("target", Bytes("wrong"), new PutOptions { ContentType = "text/other" });
        await Tools.CarryRecordAsync(PathIn("bucket", "source"), PathIn("bucket", "target"));

        ListEntry listed = (await bucket.ListAsync().ToListAsync()).Single(static entry => entry.Key == "target");
        ObjectProperties head = await bucket.HeadAsync("target");
        ObjectProperties copy = await bucket.CopyAsync(new ObjectAddress("bucket", "target"), "copy");

        Assert.Multiple(() =>
        {
            Assert.That(listed.ETag, Is.Not.EqualTo(source.ETag));
            Assert.That((head.ETag, head.ContentType, head.Metadata.Count), Is.EqualTo((listed.ETag, (string?)null, 0)));
            Assert.That((copy.ETag, copy.ContentType), Is.EqualTo((head.ETag, (string?)null)));
        });
        await using ObjectReader reader = await bucket.GetAsync("target");
        Assert.That((reader.Properties.ETag, reader.Properties.ContentType), Is.EqualTo((head.ETag, (string?)null)));
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Bytes("wrong")));
        Assert.That((await bucket.HeadAsync("source")).ContentType, Is.EqualTo("text/plain"), "the object whose record it is");
        await FailAsync(StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("target", Bytes("x"), new PutOptions { IfMatch = source.ETag }));
        ObjectProperties replaced = await bucket.PutAsync("target", Bytes("right"), Described with { IfMatch = head.ETag });
        Assert.That((await bucket.HeadAsync("target")).ETag, Is.EqualTo(replaced.ETag).And.EqualTo(source.ETag));
    }

    [Test]
    public async Task A_copy_by_another_program_is_proved_once_and_keeps_ETag_and_metadata()
    {
        ObjectStore store = Open(options => options.Durability = Durability.Full);
        Bucket bucket = await OpenBucketAsync(store: store);
        ObjectProperties put = await bucket.PutAsync("key", Bytes("bytes"), Described);
        await Tools.RunAsync("cp", "-a", PathIn("bucket", "key"), PathIn("bucket", "copy"));

        ListEntry before = (await bucket.ListAsync().ToListAsync()).Single(static entry => entry.Key == "copy");
        await using (ObjectReader reader = await bucket.GetAsync("copy", new GetOptions { IfRevision = before.Revision }))
        {
            Assert.That((reader.Properties.ETag, reader.Properties.ContentType), Is.EqualTo((put.ETag, "text/plain")));
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Bytes("bytes")));
        }

        ListEntry after = (await bucket.ListAsync().ToListAsync()).Single(static entry => entry.Key == "copy");
        Assert.That(before.ETag, Is.Not.EqualTo(put.ETag), "a listing reads no files, so it shows no ETag that is not proved");
        Assert.That((after.ETag, after.Revision), Is.EqualTo((put.ETag, before.Revision)));
        Assert.That((await bucket.HeadAsync("copy")).Metadata["name"], Is.EqualTo("value"));
        Assert.That(await store.VerifyAsync("bucket"), Is.EqualTo(Report(believed: 2)), "it is not read again");
        Assert.That((await Open().GetBucket("bucket").HeadAsync("copy")).ETag, Is.EqualTo(put.ETag));
    }

    [Test]
    public async Task Objects_of_parts_are_proved_by_their_parts_and_so_are_their_copies()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("put", new PatternStream(20_000_000), Described);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("joined", new MultipartOptions { ContentType = "text/joined" });
        await upload.CompleteAsync([await upload.UploadPartAsync(1, PatternStream.At(0, 1_000_000)), await upload.UploadPartAsync(2, Bytes("end"))]);
        MultipartUpload single = await bucket.CreateMultipartUploadAsync("single");
        await single.CompleteAsync([await single.UploadPartAsync(1, Bytes("one"))]);
        await bucket.CopyAsync(new ObjectAddress("bucket", "put"), "copied");
        string[] keys = ["copied", "joined", "put", "single"];
        foreach (string key in keys)
        {
            await Tools.RunAsync("cp", "-a", PathIn("bucket", key), PathIn("bucket", key + ".2"));
        }

        foreach (string key in keys)
        {
            ObjectProperties original = await bucket.HeadAsync(key);
            ObjectProperties restored = await bucket.HeadAsync(key + ".2");
            Assert.That(original.ETag, Does.Match("-[123]$"));
            Assert.That((restored.ETag, restored.ContentType), Is.EqualTo((original.ETag, original.ContentType)), key);
        }

        await Tools.CarryRecordAsync(PathIn("bucket", "put"), PathIn("bucket", "put.2"));
        await using (FileStream file = File.OpenWrite(PathIn("bucket", "put.2")))
        {
            file.Position = 19_999_999;
            file.WriteByte(0xFF);
        }

        await Tools.CarryRecordAsync(PathIn("bucket", "copied"), PathIn("bucket", "put.2"));
        Assert.That((await bucket.HeadAsync("put.2")).ContentType, Is.Null, "its last byte is another");
    }

    [Test]
    public async Task What_cannot_be_proved_is_a_foreign_file_when_it_is_in_doubt()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("source", Bytes("0123456789"));
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("joined", new MultipartOptions { ContentType = "text/joined" });
        PartInfo copied = await upload.CopyPartAsync(1, new ObjectAddress("bucket", "source"));
        ObjectProperties made = await upload.CompleteAsync([copied, await upload.UploadPartAsync(2, Bytes("end"))]);
        Assert.That(await store.VerifyAsync("bucket", new LocalVerifyOptions { ReadAll = true }), Is.EqualTo(Report(agreeing: 1, unprovable: 1, read: 10)));
        Assert.That((await bucket.HeadAsync("joined")).ETag, Is.EqualTo(made.ETag), "it is not in doubt");
        await Tools.RunAsync("cp", "-a", PathIn("bucket", "joined"), PathIn("bucket", "restored"));

        Assert.That(await store.VerifyAsync("bucket"), Is.EqualTo(Report(believed: 2, unprovable: 1)));
        ObjectProperties restored = await bucket.HeadAsync("restored");
        Assert.That((restored.ETag == made.ETag, restored.ContentType), Is.EqualTo((false, (string?)null)));
        Assert.That(await ReadAsync(bucket, "restored"), Is.EqualTo("0123456789end"));
        Assert.That(await store.VerifyAsync("bucket"), Is.EqualTo(Report(believed: 2, unprovable: 1)));
    }

    [Test]
    public async Task Conditions_on_an_object_in_doubt_go_by_its_proved_ETag()
    {
        Bucket bucket = await OpenBucketAsync();
        ObjectProperties put = await bucket.PutAsync("key", Bytes("bytes"), Described);
        foreach (string copy in new[] { "put", "delete", "complete", "absent", "any", "copy" })
        {
            await Tools.RunAsync("cp", "-a", PathIn("bucket", "key"), PathIn("bucket", copy));
        }

        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("complete");
        PartInfo part = await upload.UploadPartAsync(1, Bytes("new"));
        await FailAsync(StorageErrorCode.PreconditionFailed, () => bucket.DeleteAsync("delete", new DeleteOptions { IfMatch = "other" }));
        await Tools.RunAsync("cp", "-a", PathIn("bucket", "key"), PathIn("bucket", "delete"));

        await bucket.PutAsync("put", Bytes("new"), new PutOptions { IfMatch = put.ETag });
        await bucket.DeleteAsync("delete", new DeleteOptions { IfMatch = put.ETag });
        await upload.CompleteAsync([part], new CompleteOptions { IfMatch = put.ETag });
        await FailAsync(StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("absent", Bytes("new"), new PutOptions { IfAbsent = true }));
        await bucket.CopyAsync(new ObjectAddress("bucket", "key"), "copy", new CopyOptions { IfMatch = put.ETag });

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "absent", "any", "complete", "copy", "key", "put" }));
        Assert.That((await ReadAsync(bucket, "put"), await ReadAsync(bucket, "complete"), await ReadAsync(bucket, "absent")), Is.EqualTo(("new", "new", "bytes")));
    }

    [TestCase(int.MaxValue)]
    [TestCase(0)]
    public async Task What_the_store_writes_is_never_in_doubt_nor_is_what_was_renamed_or_linked(int largestAttribute)
    {
        ObjectStore store = Open(Backend(Options(Durability.Full), largestAttribute));
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("a", Bytes("small"), Described);
        await bucket.PutAsync("large", new PatternStream(9_000_000));
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("joined");
        await upload.CompleteAsync([await upload.UploadPartAsync(1, Bytes("part"))]);
        await bucket.CopyAsync(new ObjectAddress("bucket", "a"), "copied");
        await bucket.MoveAsync("copied", "moved");
        await bucket.PutAsync("a/b", Bytes("makes a folder of a"));
        int links = 0;
        if (largestAttribute > 0)
        {
            // Records in files belong to the key as well, and no other program renames them.
            await bucket.PutAsync("renamed", Bytes("renamed"), Described);
            await Tools.RunAsync("mv", PathIn("bucket", "renamed"), PathIn("bucket", "a", "new"));
            await Tools.RunAsync("ln", PathIn("bucket", "large"), PathIn("bucket", "linked"));
            Assert.That((await bucket.HeadAsync("a/new")).ContentType, Is.EqualTo("text/plain"));
            links = 2;
        }

        Assert.That(await store.VerifyAsync("bucket"), Is.EqualTo(Report(believed: 5 + links)));
        Assert.That((await store.VerifyAsync("bucket", new LocalVerifyOptions { ReadAll = true })).Agreeing, Is.EqualTo(5 + links));
        Assert.That((await Open().VerifyAsync("bucket")).Believed, Is.EqualTo(5 + links), "in another process, too");
    }

    [Test]
    public async Task Records_in_files_are_proved_and_written_anew_too()
    {
        ObjectStore store = Open(Backend(Options(Durability.Full), 0));
        Bucket bucket = await OpenBucketAsync(store: store);
        ObjectProperties put = await bucket.PutAsync("key", Bytes("bytes"), Described);
        string record = Directory.GetFiles(Path.Combine(Root, ".bleepstore", "meta")).Single();

        // As if the disk had been copied to one where the file got the same inode at another time.
        byte[] bytes = await File.ReadAllBytesAsync(record);
        bytes["bucket".Length + "key".Length + 2 + 2 + 1 + 8] ^= 1;
        await File.WriteAllBytesAsync(record, bytes);

        Assert.That((await bucket.ListAsync().SingleAsync()).ETag, Is.Not.EqualTo(put.ETag), "it is in doubt");
        ObjectProperties head = await bucket.HeadAsync("key");
        Assert.That((head.ETag, head.ContentType, head.Revision), Is.EqualTo((put.ETag, "text/plain", put.Revision)));
        Assert.That(await store.VerifyAsync("bucket"), Is.EqualTo(Report(believed: 1)));
        Assert.That(Directory.GetFiles(Path.Combine(Root, ".bleepstore", "meta")), Is.EqualTo(new[] { record }));
        Assert.That(Temporaries(), Is.Empty);
        await bucket.DeleteAsync("key");
        Assert.That(Directory.GetFiles(Path.Combine(Root, ".bleepstore", "meta")), Is.Empty);
    }

    [Test]
    public async Task Records_of_older_versions_are_proved_once_and_written_anew()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        ObjectProperties put = await bucket.PutAsync("plain", Bytes("bytes"), Described);
        await bucket.PutAsync("wrong", Bytes("bytes"), Described);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("parts", new MultipartOptions { ContentType = "text/parts" });
        ObjectProperties parts = await upload.CompleteAsync([await upload.UploadPartAsync(1, Bytes("part"))]);
        MakeOld("plain", hasParts: false);
        MakeOld("wrong", hasParts: false);
        MakeOld("parts", hasParts: true);
        string record = PathIn("bucket", "wrong");
        await Tools.RunAsync("sh", "-c", $"touch -r '{record}' '{Root}/time' && printf BYTES > '{record}' && touch -r '{Root}/time' '{record}' && rm '{Root}/time'");

        ObjectProperties plain = await bucket.HeadAsync("plain");
        Assert.That((plain.ETag, plain.ContentType, plain.Revision), Is.EqualTo((put.ETag, "text/plain", put.Revision)));
        Assert.That((await bucket.HeadAsync("wrong")).ContentType, Is.Null);
        ObjectProperties joined = await bucket.HeadAsync("parts");
        Assert.That((joined.ETag, joined.ContentType), Is.EqualTo((parts.ETag, "text/parts")), "without part sizes it is believed as it always was");
        LocalVerifyReport report = await store.VerifyAsync("bucket");
        Assert.That((report.Believed, report.Disagreeing, report.BytesRead), Is.EqualTo((2, 1, 0)), report.ToString());

        void MakeOld(string key, bool hasParts)
        {
            Assert.That(Layer.OpenRoot(PathIn("bucket"), out DiskFolder folder), Is.EqualTo(DiskError.None));
            using (folder)
            {
                Assert.That(folder.OpenFile(key, out DiskFile file), Is.EqualTo(DiskError.None));
                using (file)
                {
                    byte[] bytes = new byte[1000];
                    Assert.That(file.GetAttribute(RecordReader.Attribute, bytes, out int size), Is.EqualTo(DiskError.None));
                    List<byte> old = [.. bytes.AsSpan(0, size)];
                    Assert.That(old[0], Is.EqualTo(3));
                    old[0] = 2;
                    old.RemoveRange(3 + 8, FileIdentity.Size);
                    if (hasParts)
                    {
                        // A length, the id of eight bytes, a length, the ETag of 34; then one run of one part.
                        old.RemoveRange(3 + 8 + 1 + 8 + 2 + 34, 3);
                    }

                    Assert.That(file.SetAttribute(RecordReader.Attribute, [.. old]), Is.EqualTo(DiskError.None));
                }
            }
        }
    }

    [Test]
    public async Task On_a_disk_that_cannot_be_written_an_object_is_proved_once_for_a_process()
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(Root, "tmpfs", "size=8m");
        if (!await HasAttributesAsync(disk))
        {
            Missing.EndTest("The file systems in memory of this kernel have no attributes of users.", isRequired: false);
        }

        ObjectProperties put;
        await using (ObjectStore before = Open(options => options.RootPath = disk.Path))
        {
            Bucket prepared = await OpenBucketAsync(store: before);
            put = await prepared.PutAsync("key", Bytes("bytes"), Described);
            await prepared.PutAsync("wrong", Bytes("BYTES"));
            await Tools.RunAsync("cp", "-a", $"{disk.Path}/bucket/key", $"{disk.Path}/bucket/copy");
            await Tools.CarryRecordAsync($"{disk.Path}/bucket/key", $"{disk.Path}/bucket/wrong");
        }

        await disk.MakeReadOnlyAsync();
        await using (ObjectStore store = Open(options => options.RootPath = disk.Path))
        {
            ObjectProperties copy = await store.GetBucket("bucket").HeadAsync("copy");
            Assert.That((copy.ETag, copy.ContentType), Is.EqualTo((put.ETag, "text/plain")));
            Assert.That((await store.GetBucket("bucket").HeadAsync("wrong")).ContentType, Is.Null);
            LocalVerifyReport report = await store.VerifyAsync("bucket");
            Assert.That((report.Believed, report.Disagreeing, report.BytesRead), Is.EqualTo((2, 1, 0)), report.ToString());
        }

        await disk.MakeWritableAsync();
    }

    [Test]
    public async Task An_edit_in_place_that_keeps_size_and_time_is_found_by_reading_all_and_by_nothing_else()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        ObjectProperties put = await bucket.PutAsync("key", Bytes("bytes"), Described);
        await EditAsync("BYTES");

        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("BYTES"));
        Assert.That((await bucket.HeadAsync("key")).Revision, Is.EqualTo(put.Revision), "docs/local.md says that it is not noticed");
        Assert.That(await store.VerifyAsync("bucket"), Is.EqualTo(Report(believed: 1)));

        LocalVerifyReport report = await store.VerifyAsync("bucket", new LocalVerifyOptions { ReadAll = true });
        Assert.That((report.Disagreeing, report.DisagreeingKeys), Is.EqualTo((1, (string[])["key"])));
        ObjectProperties foreign = await bucket.HeadAsync("key");
        Assert.That((foreign.ContentType, foreign.Revision == put.Revision), Is.EqualTo(((string?)null, false)));

        await EditAsync("bytes");
        Assert.That((await store.VerifyAsync("bucket")).DisagreeingKeys, Is.EqualTo(new[] { "key" }), "it is not read again");
        Assert.That(await store.VerifyAsync("bucket", new LocalVerifyOptions { ReadAll = true }), Is.EqualTo(Report(agreeing: 1, read: 5)));
        Assert.That((await bucket.HeadAsync("key")).ContentType, Is.EqualTo("text/plain"), "its record was kept");

        Task EditAsync(string bytes) => Tools.RunAsync(
            "sh", "-c", $"touch -r '{PathIn("bucket", "key")}' '{Root}/time' && printf {bytes} > '{PathIn("bucket", "key")}' && touch -r '{Root}/time' '{PathIn("bucket", "key")}' && rm '{Root}/time'");
    }

    [Test]
    public async Task A_write_beside_a_proof_stays_whole()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        Bucket other = Open().GetBucket("bucket");
        await bucket.PutAsync("original", PatternStream.At(0, 3_000_000), Described);
        for (int i = 0; i < 20; i++)
        {
            await Tools.RunAsync("cp", "-a", PathIn("bucket", "original"), PathIn("bucket", "key"));
            Task<ObjectProperties>[] heads = [.. Enumerable.Range(0, 4).Select(at => (at % 2 == 0 ? bucket : other).HeadAsync("key"))];
            ObjectProperties put = await bucket.PutAsync("key", Bytes($"{i}"), new PutOptions { ContentType = $"text/{i}" });
            foreach (ObjectProperties head in await Task.WhenAll(heads))
            {
                Assert.That(head.ContentType, Is.EqualTo("text/plain").Or.EqualTo($"text/{i}"));
            }

            ObjectProperties now = await bucket.HeadAsync("key");
            Assert.That((now.ETag, now.Revision, now.ContentType), Is.EqualTo((put.ETag, put.Revision, $"text/{i}")));
        }

        Assert.That(await store.VerifyAsync("bucket"), Is.EqualTo(Report(believed: 2)));
    }

    internal static LocalVerifyReport Report(long agreeing = 0, long believed = 0, long unprovable = 0, long foreign = 0, long read = 0) => new()
    {
        Agreeing = agreeing,
        Disagreeing = 0,
        Believed = believed,
        Unprovable = unprovable,
        Foreign = foreign,
        BytesRead = read,
        DisagreeingKeys = [],
    };

    /// <summary>Older kernels have no attributes of users on file systems in memory.</summary>
    private async Task<bool> HasAttributesAsync(ForeignMount disk)
    {
        await File.WriteAllTextAsync($"{disk.Path}/probe", "");
        Assert.That(Layer.OpenRoot(disk.Path, out DiskFolder folder), Is.EqualTo(DiskError.None));
        using (folder)
        {
            Assert.That(folder.OpenFile("probe", out DiskFile file), Is.EqualTo(DiskError.None));
            using (file)
            {
                return file.SetAttribute(RecordReader.Attribute, [1]) == DiskError.None;
            }
        }
    }
}
