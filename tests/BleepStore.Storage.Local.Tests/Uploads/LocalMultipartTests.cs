using System.Security.Cryptography;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Tests.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests.Uploads;

[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalMultipartTests(DiskLayer layer) : LocalFixture(layer)
{
    [Test]
    public async Task The_assembled_object_has_the_parts_in_order_an_ETag_that_ends_in_their_number_and_the_attributes()
    {
        Bucket bucket = await OpenBucketAsync(store: Open(options => options.Durability = Durability.Full));
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("a/key", new MultipartOptions { ContentType = "text/x" });
        PartInfo second = await upload.UploadPartAsync(2, new PatternStream(6_000_000));
        await upload.UploadPartAsync(1, Bytes("replaced"));
        PartInfo first = await upload.UploadPartAsync(1, Bytes("first"));
        Assert.That(await ListAsync(bucket), Is.Empty);

        ObjectProperties made = await upload.CompleteAsync([first, second]);

        byte[] digests = [.. MD5.HashData(Bytes("first")), .. MD5.HashData(PatternStream.At(0, 6_000_000))];
        Assert.That(made.ETag, Is.EqualTo(Convert.ToHexStringLower(MD5.HashData(digests)) + "-2"));
        Assert.That((made.ContentType, made.Size), Is.EqualTo(("text/x", 6_000_005L)));
        Assert.That(File.ReadAllBytes(PathIn("bucket", "a", "key")), Is.EqualTo((byte[])[.. Bytes("first"), .. PatternStream.At(0, 6_000_000)]));
        Assert.That((await upload.CompleteAsync([first, second])).Revision, Is.EqualTo(made.Revision), "completing again");
        await FailAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(3, Bytes("late")));
        Assert.That(await bucket.ListMultipartUploadsAsync().ToListAsync(), Is.Empty);
        Assert.That(Directory.GetFileSystemEntries(Path.Combine(Root, ".bleepstore", "uploads", "bucket")), Is.Empty);
    }

    [Test]
    public async Task Parts_survive_a_restart_and_are_listed_with_paging()
    {
        string id;
        await using (ObjectStore store = Create(Options(Durability.Full)))
        {
            Bucket before = await OpenBucketAsync(store: store);
            MultipartUpload begun = await before.CreateMultipartUploadAsync("key");
            id = begun.UploadId;
            foreach (int number in new[] { 10_000, 1, 7, 3 })
            {
                await begun.UploadPartAsync(number, Bytes($"part {number}"));
            }
        }

        MultipartUpload upload = Open().GetBucket("bucket").GetMultipartUpload("key", id);

        Assert.That((await upload.ListPartsAsync(new ListPartsOptions { PageSize = 1 }).ToListAsync()).Select(part => part.PartNumber), Is.EqualTo(new[] { 1, 3, 7, 10_000 }));
        PartInfo seven = (await upload.ListPartsAsync(new ListPartsOptions { StartAfter = 3 }).ToListAsync())[0];
        Assert.That((seven.PartNumber, seven.Size, seven.ETag), Is.EqualTo((7, 6L, Convert.ToHexStringLower(MD5.HashData(Bytes("part 7"))))));
        await upload.CompleteAsync([seven]);
        Assert.That(await ReadAsync(Open().GetBucket("bucket"), "key"), Is.EqualTo("part 7"));
    }

    [Test]
    public async Task A_missing_an_outdated_and_a_too_small_part_leave_the_upload_as_it_was()
    {
        await using ObjectStore store = Create(Options());
        Bucket bucket = await OpenBucketAsync(store: store);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        PartInfo old = await upload.UploadPartAsync(1, Bytes("old"));
        PartInfo now = await upload.UploadPartAsync(1, Bytes("now"));
        PartInfo last = await upload.UploadPartAsync(2, Bytes("last"));

        await FailAsync(StorageErrorCode.InvalidPart, () => upload.CompleteAsync([old]));
        await FailAsync(StorageErrorCode.InvalidPart, () => upload.CompleteAsync([now with { PartNumber = 3 }]));
        await FailAsync(StorageErrorCode.EntityTooSmall, () => upload.CompleteAsync([now, last]));
        Assert.That((await upload.ListPartsAsync().ToListAsync()).Count, Is.EqualTo(2));

        await bucket.PutAsync("key", Bytes("there"));
        await FailAsync(StorageErrorCode.PreconditionFailed, () => upload.CompleteAsync([last], new CompleteOptions { IfAbsent = true }));
        await upload.CompleteAsync([last]);
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("last"));
    }

    /// <summary>
    /// The object is assembled without a lock. Another process replaces a part afterwards, before the completion holds the lock of the
    /// upload.
    /// </summary>
    [Test]
    public async Task A_part_that_is_replaced_after_the_object_was_assembled_is_InvalidPart_and_the_upload_stays()
    {
        Bucket bucket = await OpenBucketAsync();
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        MultipartUpload spare = await bucket.CreateMultipartUploadAsync("spare");
        PartInfo old = await upload.UploadPartAsync(1, Bytes("old"));
        PartInfo now = await spare.UploadPartAsync(1, Bytes("now"));
        using LocalRoot root = LocalRoot.Open(Layer, Root, create: false, Durability.None);
        using var locks = new KeyLocks(root);

        Task<ObjectProperties> completing;
        using (await locks.LockUploadAsync(upload.UploadId, CancellationToken.None))
        {
            completing = upload.CompleteAsync([old]);
            await Until.TrueAsync(() => Temporaries().Any(static path => File.ReadAllText(path) == "old"));
            File.Move(Path.Combine(FolderOf(spare), "00001"), Path.Combine(FolderOf(upload), "00001"), overwrite: true);
        }

        await FailAsync(StorageErrorCode.InvalidPart, () => completing);
        Assert.That(await ListAsync(bucket), Is.Empty);
        Assert.That(await upload.ListPartsAsync().Select(static part => part.ETag).ToListAsync(), Is.EqualTo(new[] { now.ETag }));
        await upload.CompleteAsync([now]);
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("now"));
    }

    [TestCase(Durability.Full)]
    [TestCase(Durability.None)]
    public async Task A_completion_that_was_cut_off_after_the_object_was_published_is_not_done_again_over_newer_data(Durability durability)
    {
        Bucket bucket = await OpenBucketAsync(store: Open(options => options.Durability = durability));
        (MultipartUpload upload, PartInfo part) = await CompleteAndCutOffAsync(bucket);
        Assert.That(await bucket.ListMultipartUploadsAsync().ToListAsync(), Is.Empty);
        (upload, part) = await CompleteAndCutOffAsync(bucket);
        await bucket.PutAsync("key", Bytes("newer"));

        await FailAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([part]));
        await FailAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(2, Bytes("late")));

        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("newer"));
        await Until.TrueAsync(() => Directory.GetFileSystemEntries(Path.Combine(Root, ".bleepstore", "uploads", "bucket")).Length == 0);
    }

    [Test]
    public async Task A_completion_that_was_cut_off_after_the_object_was_published_is_success_when_it_is_done_again_while_the_object_is_there()
    {
        Bucket bucket = await OpenBucketAsync(store: Open(options => options.Durability = Durability.Full));
        (MultipartUpload upload, PartInfo part) = await CompleteAndCutOffAsync(bucket);
        ObjectProperties made = await bucket.HeadAsync("key");
        await bucket.PutAsync("key/below", Bytes("x"));

        Assert.That((await upload.CompleteAsync([part])).Revision, Is.EqualTo(made.Revision));

        await bucket.DeleteAsync("key");
        await FailAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([part]));
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "key/below" }));
    }

    [Test]
    public async Task Expired_uploads_that_are_aborted_take_a_completed_one_along_that_was_not_taken_away()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        (MultipartUpload upload, _) = await CompleteAndCutOffAsync(bucket);
        MultipartUpload open = await bucket.CreateMultipartUploadAsync("other");

        Assert.That(await store.AbortUploadsAsync(TimeSpan.FromDays(7)), Is.Zero);

        await Until.TrueAsync(() => !Directory.Exists(FolderOf(upload)));
        Assert.That(Directory.Exists(FolderOf(open)), Is.True);
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("part"));
    }

    // Emptied, cut in the key, and cut in the attributes, by a loss of power; or of the right length, and all zeros.
    [TestCase(0, 0)]
    [TestCase(4, 0)]
    [TestCase(12, 0)]
    [TestCase(0, 60)]
    public async Task An_upload_whose_record_is_damaged_has_ended_and_the_others_go_on(int kept, int zeros)
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        MultipartUpload damaged = await bucket.CreateMultipartUploadAsync("damaged", new MultipartOptions { ContentType = "text/x" });
        await damaged.UploadPartAsync(1, Bytes("lost"));
        MultipartUpload again = await bucket.CreateMultipartUploadAsync("damaged");
        MultipartUpload other = await bucket.CreateMultipartUploadAsync("other");
        PartInfo part = await other.UploadPartAsync(1, Bytes("kept"));
        DamageRecord(damaged, kept, zeros);
        DamageRecord(again, kept, zeros);

        await FailAsync(StorageErrorCode.NoSuchUpload, () => damaged.AbortAsync());
        Assert.That((await bucket.ListMultipartUploadsAsync().ToListAsync()).Select(upload => upload.UploadId), Is.EqualTo(new[] { other.UploadId }));
        Assert.That(await store.AbortUploadsAsync(TimeSpan.FromDays(7)), Is.Zero);

        await Until.TrueAsync(() => !Directory.Exists(FolderOf(damaged)) && !Directory.Exists(FolderOf(again)));
        await other.CompleteAsync([part]);
        Assert.That(await ReadAsync(bucket, "other"), Is.EqualTo("kept"));
    }

    [Test]
    public async Task Expired_uploads_are_aborted_also_where_the_record_of_one_is_damaged()
    {
        Bucket bucket = await OpenBucketAsync();
        MultipartUpload damaged = await bucket.CreateMultipartUploadAsync("damaged");
        MultipartUpload expired = await bucket.CreateMultipartUploadAsync("expired");
        DamageRecord(damaged, kept: 0, zeros: 0);
        File.SetLastWriteTimeUtc(Path.Combine(FolderOf(expired), "upload"), DateTime.UtcNow.AddDays(-8));

        Assert.That(await Open().AbortUploadsAsync(TimeSpan.FromDays(7)), Is.EqualTo(1));

        await Until.TrueAsync(() => !Directory.Exists(FolderOf(damaged)) && !Directory.Exists(FolderOf(expired)));
    }

    [Test]
    public async Task A_completion_that_failed_leaves_an_upload_that_can_be_completed_and_no_second_copy_of_its_bytes()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("key", Bytes("there"));
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key/below");
        PartInfo part = await upload.UploadPartAsync(1, new byte[1_000_000]);
        File.CreateSymbolicLink(PathIn("bucket", "link"), Canary);
        MultipartUpload blocked = await bucket.CreateMultipartUploadAsync("link");
        PartInfo stuck = await blocked.UploadPartAsync(1, new byte[1_000_000]);

        await FailAsync(StorageErrorCode.AccessDenied, () => blocked.CompleteAsync([stuck]));

        Assert.That(new FileInfo(Path.Combine(FolderOf(blocked), "object")).Length, Is.Zero);
        File.Delete(PathIn("bucket", "link"));
        await blocked.CompleteAsync([stuck]);
        await upload.CompleteAsync([part]);
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "key", "key/below", "link" }));
    }

    /// <summary>
    /// Completes an upload, then puts its folder back as a crash leaves it: between the rename that published the object, and the upload's
    /// removal.
    /// </summary>
    private async Task<(MultipartUpload Upload, PartInfo Part)> CompleteAndCutOffAsync(Bucket bucket)
    {
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        PartInfo part = await upload.UploadPartAsync(1, Bytes("part"));
        string folder = FolderOf(upload);
        string[] files = Directory.GetFiles(folder);
        byte[][] contents = [.. files.Select(File.ReadAllBytes)];
        await upload.CompleteAsync([part]);
        Directory.CreateDirectory(folder);
        for (int i = 0; i < files.Length; i++)
        {
            if (Path.GetFileName(files[i]) != "object")
            {
                await File.WriteAllBytesAsync(files[i], contents[i]);
            }
        }

        return (upload, part);
    }

    private void DamageRecord(MultipartUpload upload, int kept, int zeros)
    {
        string path = Path.Combine(FolderOf(upload), "upload");
        byte[] record = File.ReadAllBytes(path);
        Assert.That(record, Has.Length.GreaterThan(kept));
        File.WriteAllBytes(path, [.. record[..kept], .. new byte[zeros]]);
    }

    private string FolderOf(MultipartUpload upload) => Path.Combine(Root, ".bleepstore", "uploads", "bucket", upload.UploadId);

    [Test]
    public async Task A_part_is_copied_from_a_range_of_another_object()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("source", Bytes("0123456789"));
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");

        PartInfo part = await upload.CopyPartAsync(1, new ObjectAddress("bucket", "source"), ByteRange.From(2, 3));
        await upload.CompleteAsync([part]);

        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("234"));
    }

    [Test]
    public async Task Abort_hides_everything_and_deletes_the_parts()
    {
        Bucket bucket = await OpenBucketAsync();
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        PartInfo part = await upload.UploadPartAsync(1, Bytes("x"));

        await upload.AbortAsync();

        await FailAsync(StorageErrorCode.NoSuchUpload, () => upload.AbortAsync());
        await FailAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(1, Bytes("x")));
        await FailAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([part]));
        Assert.That(Directory.GetFiles(Path.Combine(Root, ".bleepstore", "uploads"), "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Complete_abort_and_parts_race_and_one_wins_whole()
    {
        Bucket one = await OpenBucketAsync();
        Bucket two = await OpenBucketAsync(store: Open());
        for (int i = 0; i < 60; i++)
        {
            MultipartUpload upload = await one.CreateMultipartUploadAsync($"key{i}");
            PartInfo[] parts = [await upload.UploadPartAsync(1, new byte[100_000]), await upload.UploadPartAsync(2, Bytes("end"))];
            MultipartUpload other = two.GetMultipartUpload($"key{i}", upload.UploadId);

            bool[] done = await Task.WhenAll(
                Task.Run(() => TryAsync(() => upload.CompleteAsync(parts))),
                Task.Run(() => TryAsync(() => other.AbortAsync())),
                Task.Run(() => TryAsync(() => other.UploadPartAsync(1, Bytes("other")))));

            bool isThere = await one.ExistsAsync($"key{i}");
            Assert.That(isThere, Is.EqualTo(done[0]));
            Assert.That(done[0] && done[1], Is.False, "both completed and aborted");
            Assert.That(!isThere || (await one.HeadAsync($"key{i}")).Size == 100_003, Is.True);
            if (!done[0] && !done[1])
            {
                await upload.AbortAsync();
            }
        }

        static async Task<bool> TryAsync(Func<Task> act)
        {
            try
            {
                await act();
                return true;
            }
            catch (StorageException error) when (error.Code is StorageErrorCode.NoSuchUpload or StorageErrorCode.InvalidPart)
            {
                return false;
            }
        }
    }

    [Test]
    public async Task A_bucket_is_made_without_the_uploads_that_a_cut_off_deletion_of_its_namesake_left()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        Bucket other = await OpenBucketAsync("other", store);
        MultipartUpload kept = await other.CreateMultipartUploadAsync("key");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        PartInfo part = await upload.UploadPartAsync(1, Bytes("part"));

        // A process that dies in the middle of a deletion leaves this.
        Directory.Delete(PathIn("bucket"));
        await store.CreateBucketAsync("bucket");

        Assert.That(await bucket.ListMultipartUploadsAsync().ToListAsync(), Is.Empty);
        await FailAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([part]));
        await FailAsync(StorageErrorCode.BucketAlreadyExists, () => store.CreateBucketAsync("other"));
        Assert.That(
            (await other.ListMultipartUploadsAsync().ToListAsync()).Select(static found => found.UploadId), Is.EqualTo(new[] { kept.UploadId }));
    }

    [Test]
    public async Task Uploads_are_listed_by_key_then_by_id_and_end_with_their_bucket()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        var begun = new List<(string, string)>();
        foreach (string key in new[] { "b", "a/x", "a", "b", "c" })
        {
            begun.Add((key, (await bucket.CreateMultipartUploadAsync(key)).UploadId));
        }

        List<MultipartUploadInfo> listed = await bucket.ListMultipartUploadsAsync(new ListUploadsOptions { PageSize = 2 }).ToListAsync();
        Assert.That(listed.Select(upload => (upload.Key, upload.UploadId)), Is.EqualTo(begun.OrderBy(upload => upload.Item1, StringComparer.Ordinal).ThenBy(upload => upload.Item2, StringComparer.Ordinal)));
        Assert.That((await bucket.ListMultipartUploadsAsync(new ListUploadsOptions { Prefix = "a" }).ToListAsync()).Select(upload => upload.Key), Is.EqualTo(new[] { "a", "a/x" }));

        await store.DeleteBucketAsync("bucket");
        await store.CreateBucketAsync("bucket");
        Assert.That(await bucket.ListMultipartUploadsAsync().ToListAsync(), Is.Empty);
    }
}
