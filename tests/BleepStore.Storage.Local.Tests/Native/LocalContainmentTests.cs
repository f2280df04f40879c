using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Native;

/// <summary>
/// Nothing outside the root is read or written, whatever a key says and whatever links others plant. The fixture looks after the canaries.
/// </summary>
[TestFixture(false, DiskLayer.Native)]
[TestFixture(true, DiskLayer.Native)]
[TestFixture(false, DiskLayer.Managed)]
public class LocalContainmentTests(bool stepwise, DiskLayer layer) : LocalFixture(layer)
{
    private async Task<Bucket> OpenAsync()
    {
        ObjectStore store = Open(Backend(Options(), stepwise: stepwise));
        return await OpenBucketAsync(store: store);
    }

    [TestCase("../../x")]
    [TestCase("..")]
    [TestCase("../other/x")]
    [TestCase("/etc/passwd")]
    [TestCase("a/../../../outside/canary.txt")]
    [TestCase("../.bleepstore/locks")]
    [TestCase("..\\..\\x")]
    [TestCase(".bleepstore/tmp/x")]
    public async Task A_key_that_looks_like_a_way_out_is_a_key_like_any_other(string key)
    {
        Bucket bucket = await OpenAsync();

        await bucket.PutAsync(key, Bytes("mine"));

        Assert.That(await ReadAsync(bucket, key), Is.EqualTo("mine"));
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { key }));
        Assert.That(Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName), Is.EquivalentTo(new[] { ".bleepstore", "bucket" }));
        await bucket.DeleteAsync(key);
        Assert.That(await ListAsync(bucket), Is.Empty);
    }

    [Test]
    public async Task A_link_to_a_folder_is_neither_followed_nor_listed_nor_replaced()
    {
        Bucket bucket = await OpenAsync();
        await bucket.PutAsync("other", Bytes("x"));
        Directory.CreateSymbolicLink(PathIn("bucket", "link"), Outside);

        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.GetAsync("link/canary.txt"));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.HeadAsync("link"));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.PutAsync("link/new", Bytes("x")));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.PutAsync("link/inner/new", Bytes("x")));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.PutAsync("link", Bytes("x")));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.DeleteAsync("link/canary.txt"));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.DeleteAsync("link"));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.CopyAsync(new ObjectAddress("bucket", "link/canary.txt"), "copy"));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.CopyAsync(new ObjectAddress("bucket", "other"), "link/copy"));

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "other" }));
        Assert.That(await ListAsync(bucket, new ListOptions { Prefix = "link/" }), Is.Empty);
        Assert.That(await ListAsync(bucket, new ListOptions { Delimiter = "/" }), Is.EqualTo(new[] { "other" }));
    }

    [Test]
    public async Task A_link_to_a_file_is_neither_read_nor_written_through()
    {
        Bucket bucket = await OpenAsync();
        File.CreateSymbolicLink(PathIn("bucket", "link"), Canary);

        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.GetAsync("link"));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.PutAsync("link", Bytes("x")));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.PutAsync("link/below", Bytes("x")));

        Assert.That(await ListAsync(bucket), Is.Empty);
        await FailAsync(StorageErrorCode.BucketNotEmpty, () => Open().DeleteBucketAsync("bucket"));
    }

    [Test]
    public async Task A_link_in_the_root_is_no_bucket()
    {
        ObjectStore store = Open(Backend(Options(), stepwise: stepwise));
        await OpenBucketAsync(store: store);
        Directory.CreateSymbolicLink(Path.Combine(Root, "linked"), Outside);

        Assert.That(await store.BucketExistsAsync("linked"), Is.False);
        Bucket linked = store.GetBucket("linked");
        await FailAsync(StorageErrorCode.NoSuchBucket, () => linked.PutAsync("x", Bytes("x")));
        await FailAsync(StorageErrorCode.NoSuchBucket, () => linked.ListPageAsync());
        await FailAsync(StorageErrorCode.NoSuchBucket, () => store.DeleteBucketAsync("linked"));
        Assert.That(async () => await linked.GetAsync("canary.txt"), Throws.TypeOf<StorageException>());
        var names = new List<string>();
        await foreach (BucketInfo bucket in store.ListBucketsAsync())
        {
            names.Add(bucket.Name);
        }

        Assert.That(names, Is.EqualTo(new[] { "bucket" }));
    }

    [TestCase("../../x")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("/etc")]
    [TestCase("aaaaaaaaaa/aaaaaaaaaaa")]
    [TestCase("......................")]
    public async Task An_upload_id_with_separators_or_dots_is_NoSuchUpload(string uploadId)
    {
        Bucket bucket = await OpenAsync();
        MultipartUpload upload = bucket.GetMultipartUpload("key", uploadId);

        await FailAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(1, Bytes("x")));
        await FailAsync(StorageErrorCode.NoSuchUpload, () => upload.AbortAsync());
        await FailAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([new PartInfo
        {
            PartNumber = 1,
            ETag = new string('0', 32),
        }]));
        await FailAsync(StorageErrorCode.NoSuchUpload, async () => await upload.ListPartsAsync().GetAsyncEnumerator().MoveNextAsync());
    }

    [Test]
    public async Task A_pipe_or_other_special_file_is_no_object_and_holds_nobody()
    {
        Bucket bucket = await OpenAsync();
        using (System.Diagnostics.Process process = System.Diagnostics.Process.Start("mkfifo", PathIn("bucket", "pipe")))
        {
            await process.WaitForExitAsync();
        }

        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.GetAsync("pipe"));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.PutAsync("pipe", Bytes("x")));
        await FailAsync(StorageErrorCode.AccessDenied, () => bucket.PutAsync("pipe/below", Bytes("x")));
        Assert.That(await ListAsync(bucket), Is.Empty);
    }

    [Test]
    public async Task Paths_that_are_opened_stay_below_the_folder()
    {
        await OpenAsync();
        Assert.That(new NativeLayer(stepwise).OpenRoot(Root, out DiskFolder root), Is.EqualTo(DiskError.None));
        using (root)
        {
            Directory.CreateSymbolicLink(Path.Combine(Root, "away"), Outside);

            Assert.That(root.OpenFileBelow("away/canary.txt", out DiskFile file), Is.EqualTo(DiskError.IsALink));
            Assert.That(file.IsInvalid, Is.True);
            Assert.That(root.OpenFolderBelow("away", out _), Is.EqualTo(DiskError.IsALink));
            Assert.That(root.OpenFolderBelow("bucket", out DiskFolder bucket), Is.EqualTo(DiskError.None));
            bucket.Dispose();
        }
    }
}
