using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.IO;

/// <summary>Disks that are full, read-only, or without extended attributes: real ones, mounted for the test.</summary>
[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalDisksTests(DiskLayer layer) : LocalFixture(layer)
{
    private static readonly PutOptions Described = new() { ContentType = "text/old", Metadata = new Dictionary<string, string> { ["name"] = "välue" } };

    [TestCase(Durability.Full)]
    [TestCase(Durability.None)]
    public async Task A_full_disk_is_InsufficientStorage_and_what_was_there_stays_until_there_is_room_again(Durability durability)
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(Root, "tmpfs", "size=8m,nr_inodes=200");
        await using ObjectStore store = Open(options => (options.RootPath, options.Durability) = (disk.Path, durability));
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("key", Bytes("old"), Described);
        await bucket.PutAsync("large", new byte[1_000_000]);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("joined");
        PartInfo[] parts = [await upload.UploadPartAsync(1, new byte[1_000_000]), await upload.UploadPartAsync(2, Bytes("end"))];
        List<string> junk = await disk.FillAsync();

        StorageException error = await FailAsync(StorageErrorCode.InsufficientStorage, () => bucket.PutAsync("key", new byte[500_000]));
        await FailAsync(StorageErrorCode.InsufficientStorage, () => bucket.PutAsync("new/deep/key", Bytes("x")));
        await FailAsync(StorageErrorCode.InsufficientStorage, () => bucket.CopyAsync(new ObjectAddress("bucket", "large"), "copy"));
        await FailAsync(StorageErrorCode.InsufficientStorage, () => upload.CompleteAsync(parts));
        await FailAsync(StorageErrorCode.InsufficientStorage, () => upload.UploadPartAsync(2, Bytes("other")));

        Assert.That((error.ProviderCode, error.IsOutcomeUnknown, error.Message), Is.EqualTo(("ENOSPC", false, error.Message)));
        Assert.That(error.Message, Does.Contain("the disk is full"));
        ObjectProperties old = await bucket.HeadAsync("key");
        Assert.That((await ReadAsync(bucket, "key"), old.ContentType, old.Metadata["name"]), Is.EqualTo(("old", "text/old", "välue")));
        Assert.That(await ListAsync(bucket, new ListOptions { Delimiter = "/" }), Is.EqualTo(new[] { "key", "large" }));
        Assert.That(Temporaries(disk), Is.Empty);

        await bucket.DeleteAsync("large");
        junk.ForEach(File.Delete);
        await bucket.PutAsync("key", new byte[500_000]);
        await upload.CompleteAsync(parts);
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "joined", "key" }));
    }

    [Test]
    public async Task A_store_that_starts_on_a_full_disk_reads_and_says_why_it_cannot_write()
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(Root, "tmpfs", "size=2m,nr_inodes=60");
        await using (ObjectStore before = Open(options => options.RootPath = disk.Path))
        {
            Bucket prepared = await OpenBucketAsync(store: before);
            await prepared.PutAsync("key", Bytes("old"), Described);
            await prepared.PutAsync("key/below", Bytes("below"));
        }

        List<string> junk = await disk.FillAsync();
        await using ObjectStore store = Open(options => options.RootPath = disk.Path);
        Bucket bucket = store.GetBucket("bucket");

        await AssertServesReadsAsync(store);
        StorageException error = await FailAsync(StorageErrorCode.InsufficientStorage, () => bucket.PutAsync("key", Bytes("x")));
        Assert.That((error.ProviderCode, error.Message), Is.EqualTo(("ENOSPC", error.Message)));
        await FailAsync(StorageErrorCode.InsufficientStorage, () => store.CheckAsync(new CheckOptions { ProbeWrite = true }));
        await AssertServesReadsAsync(store);

        junk.ForEach(File.Delete);
        await bucket.PutAsync("key", Bytes("now"));
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("now"));
    }

    [Test]
    public async Task A_read_only_root_serves_reads_and_denies_writes()
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(Root, "tmpfs", "size=8m");
        string uploadId;
        await using (ObjectStore before = Open(options => options.RootPath = disk.Path))
        {
            Bucket prepared = await OpenBucketAsync(store: before);
            await prepared.PutAsync("key", Bytes("old"), Described);
            await prepared.PutAsync("key/below", Bytes("below"));
            uploadId = (await prepared.CreateMultipartUploadAsync("upload")).UploadId;
        }

        await disk.MakeReadOnlyAsync();
        await using ObjectStore store = Open(options => options.RootPath = disk.Path);
        Bucket bucket = store.GetBucket("bucket");

        await AssertServesReadsAsync(store);
        await AssertDeniesWritesAsync(store);
        await AssertServesReadsAsync(store);

        // The same store writes as soon as it may.
        await disk.MakeWritableAsync();
        await bucket.GetMultipartUpload("upload", uploadId).AbortAsync();
        await bucket.PutAsync("key", Bytes("now"));
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("now"));
    }

    [Test]
    public async Task A_read_only_root_that_no_store_ever_wrote_to_is_served_and_stays_as_it_is()
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(Root, "tmpfs", "size=8m");
        Directory.CreateDirectory($"{disk.Path}/bucket/key");
        await File.WriteAllTextAsync($"{disk.Path}/bucket/key/below", "below");
        await disk.MakeReadOnlyAsync();
        await using ObjectStore store = Open(options => options.RootPath = disk.Path);

        await store.CheckAsync();
        Assert.That(await ReadAsync(store.GetBucket("bucket"), "key/below"), Is.EqualTo("below"));
        Assert.That(await ListAsync(store.GetBucket("bucket")), Is.EqualTo(new[] { "key/below" }));
        await AssertDeniesWritesAsync(store);
        Assert.That(Directory.GetFileSystemEntries(disk.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_root_that_is_missing_on_a_read_only_disk_is_a_clear_error()
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(Root, "tmpfs", "size=8m");
        await disk.MakeReadOnlyAsync();
        await using ObjectStore store = Open(options => options.RootPath = $"{disk.Path}/missing");

        StorageException error = await FailAsync(StorageErrorCode.AccessDenied, () => store.CheckAsync());

        Assert.That((error.ProviderCode, error.Message), Is.EqualTo(("EROFS", error.Message)));
        Assert.That(error.Message, Does.Contain("/missing").And.Contain("read-only"));
    }

    [Test]
    public async Task Without_extended_attributes_everything_works_the_same()
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(Root, "ramfs", "mode=755");
        await using (ObjectStore store = Open(options => (options.RootPath, options.Durability) = (disk.Path, Durability.Full)))
        {
            Bucket bucket = await OpenBucketAsync(store: store);
            ObjectProperties put = await bucket.PutAsync("key", Bytes("1"), Described);
            await bucket.PutAsync("key", Bytes("2"), Described with { IfMatch = put.ETag });
            await bucket.PutAsync("key/below", new PatternStream(3_000_000), Described);
            await bucket.CopyAsync(new ObjectAddress("bucket", "key"), "copy");
            await bucket.PutAsync("gone", Bytes("x"), Described);
            await bucket.DeleteAsync("gone");
            MultipartUpload upload = await bucket.CreateMultipartUploadAsync("joined", new MultipartOptions { ContentType = "text/joined" });
            await upload.CompleteAsync([await upload.UploadPartAsync(1, Bytes("part"))]);
            Assert.That(Temporaries(disk), Is.Empty);
        }

        await using ObjectStore again = Open(options => options.RootPath = disk.Path);
        Bucket read = again.GetBucket("bucket");
        Assert.That(await ListAsync(read), Is.EqualTo(new[] { "copy", "joined", "key", "key/below" }));
        foreach (string key in new[] { "copy", "key", "key/below" })
        {
            ObjectProperties head = await read.HeadAsync(key);
            Assert.That((head.ContentType, head.Metadata["name"]), Is.EqualTo(("text/old", "välue")));
        }

        Assert.That((await read.HeadAsync("joined")).ContentType, Is.EqualTo("text/joined"));
        Assert.That(Directory.GetFiles($"{disk.Path}/.bleepstore/meta"), Has.Length.EqualTo(4), "the disk has attributes: nothing was tested");
    }

    [Test]
    public async Task A_start_that_fails_leaves_no_file_open_and_nothing_behind()
    {
        string internals = Path.Combine(Root, ".bleepstore");
        Directory.CreateDirectory(internals);
        await File.WriteAllTextAsync(Path.Combine(internals, "uploads"), "in the way");
        if (IsManaged)
        {
            await File.WriteAllTextAsync(Path.Combine(internals, "format"), "portable 1\n");
        }

        await using ObjectStore store = Open();
        await FailAsync(StorageErrorCode.AccessDenied, () => store.CreateBucketAsync("bucket"));
        int open = Handles();

        for (int i = 0; i < 20; i++)
        {
            await FailAsync(StorageErrorCode.AccessDenied, () => store.CreateBucketAsync("bucket"));
        }

        Assert.That(Handles(), Is.EqualTo(open));
        File.Delete(Path.Combine(internals, "uploads"));
        File.Delete(Path.Combine(internals, "locks"));
        Directory.CreateDirectory(Path.Combine(internals, "locks"));
        await FailAsync(StorageErrorCode.AccessDenied, () => store.CreateBucketAsync("bucket"));
        Assert.That(Handles(), Is.EqualTo(open));
        Assert.That(Directory.GetFileSystemEntries(Tmp), Is.Empty);

        Directory.Delete(Path.Combine(internals, "locks"));
        await store.CreateBucketAsync("bucket");

        int Handles() => new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Count(file => file.LinkTarget?.StartsWith(Root, StringComparison.Ordinal) == true);
    }

    private static async Task AssertServesReadsAsync(ObjectStore store)
    {
        Bucket bucket = store.GetBucket("bucket");
        await store.CheckAsync();
        ObjectProperties head = await bucket.HeadAsync("key");
        Assert.That((await ReadAsync(bucket, "key"), head.ContentType, head.Metadata["name"]), Is.EqualTo(("old", "text/old", "välue")));
        Assert.That(await ReadAsync(bucket, "key/below"), Is.EqualTo("below"));
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "key", "key/below" }));
        Assert.That(await bucket.ExistsAsync("missing"), Is.False);
        await FailAsync(StorageErrorCode.NoSuchBucket, () => store.GetBucket("missing").HeadAsync("key"));
        Assert.That((await store.ListBucketsAsync().ToListAsync()).Select(info => info.Name), Has.Member("bucket"));
    }

    private static async Task AssertDeniesWritesAsync(ObjectStore store)
    {
        Bucket bucket = store.GetBucket("bucket");
        Func<Task>[] writes =
        [
            () => bucket.PutAsync("new", Bytes("x")),
            () => bucket.PutAsync("key", Bytes("x")),
            () => bucket.DeleteAsync("key"),
            () => bucket.CopyAsync(new ObjectAddress("bucket", "key/below"), "copy"),
            () => bucket.CreateMultipartUploadAsync("upload"),
            () => store.CreateBucketAsync("other"),
            () => store.DeleteBucketAsync("bucket"),
            () => store.CheckAsync(new CheckOptions { ProbeWrite = true }),
        ];
        foreach (Func<Task> write in writes)
        {
            StorageException error = await FailAsync(StorageErrorCode.AccessDenied, write);
            Assert.That((error.ProviderCode, error.Message), Is.EqualTo(("EROFS", error.Message)));
            Assert.That(error.Message, Does.Contain("the file system is read-only"));
        }
    }

    private static IEnumerable<string> Temporaries(ForeignMount disk) =>
        Directory.EnumerateFiles($"{disk.Path}/.bleepstore/tmp", "*", SearchOption.AllDirectories).Where(static path => Path.GetFileName(path) is not ("lock" or "lock.0"));
}
