using System.Globalization;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Layout;

/// <summary>A root that is not at its path any more: what is written there would be acknowledged and never found.</summary>
[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LostRootTests(DiskLayer layer) : LocalFixture(layer)
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Nothing_is_written_to_a_root_that_was_moved_until_it_is_back(bool isReplaced)
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("key", Bytes("old"));
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("upload");
        PartInfo part = await upload.UploadPartAsync(1, Bytes("part"));
        string moved = Path.Combine(Path.GetDirectoryName(Root)!, "moved");
        Directory.Move(Root, moved);
        if (isReplaced)
        {
            Directory.CreateDirectory(PathIn("bucket"));
        }

        await RefusesAsync(() => bucket.PutAsync("key", Bytes("new")));
        await RefusesAsync(() => bucket.PutAsync("new", Bytes("new"), new PutOptions { IfAbsent = true }));
        await RefusesAsync(() => bucket.DeleteAsync("key"));
        await RefusesAsync(() => bucket.CopyAsync(new ObjectAddress("bucket", "key"), "copy"));
        await RefusesAsync(() => store.CreateBucketAsync("other"));
        await RefusesAsync(() => store.DeleteBucketAsync("bucket"));
        await RefusesAsync(() => bucket.CreateMultipartUploadAsync("another"));
        await RefusesAsync(() => upload.UploadPartAsync(2, Bytes("part")));
        await RefusesAsync(() => upload.CompleteAsync([part]));
        await RefusesAsync(() => store.CheckAsync(new CheckOptions { ProbeWrite = true }));
        await RefusesAsync(() => store.CheckAsync());
        if (isReplaced)
        {
            Assert.That(Directory.GetFileSystemEntries(Root, "*", SearchOption.AllDirectories), Is.EqualTo(new[] { PathIn("bucket") }));
            Directory.Delete(Root, recursive: true);
        }

        Directory.Move(moved, Root);
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("old"));
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "key" }));
        await upload.CompleteAsync([part]);
        await bucket.PutAsync("key", Bytes("new"));
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("new"));

        async Task RefusesAsync(Func<Task> act)
        {
            StorageException error = await FailAsync(StorageErrorCode.ServiceUnavailable, act);
            Assert.That(error.Message, Does.Contain(Root).And.Contain("restart").And.Contain("A retry can help"));
        }
    }

    /// <summary>An empty answer would make a sync delete the other side. A folder that is held open on Linux still has all of its entries.</summary>
    [TestCase(false, false)]
    [TestCase(true, false)]
    [TestCase(true, true)]
    public async Task A_lost_root_never_looks_empty(bool isReplaced, bool hasBucket)
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("key", Bytes("old"));
        await File.WriteAllTextAsync(PathIn("bucket", "a~=zz"), "foreign");
        string moved = Path.Combine(Path.GetDirectoryName(Root)!, "moved");
        Directory.Move(Root, moved);
        if (isReplaced)
        {
            Directory.CreateDirectory(hasBucket ? PathIn("bucket") : Root);
        }

        await AnswersAsync("bucket", async () => (await store.ListBucketsAsync().ToListAsync()).Single().Name);
        if (!hasBucket)
        {
            await AnswersAsync("True", async () => (await store.BucketExistsAsync("bucket")).ToString());
        }

        await AnswersAsync("key", async () => (await bucket.ListAsync().ToListAsync()).Single().Key);
        await AnswersAsync("a~=zz", async () => (await bucket.ListForeignNamesAsync().ToListAsync()).Single().DisplayName);
        await AnswersAsync("True", async () => (await bucket.ExistsAsync("key")).ToString());
        await AnswersAsync("1", async () => (await store.VerifyAsync("bucket")).Believed.ToString(CultureInfo.InvariantCulture));

        if (isReplaced)
        {
            Directory.Delete(Root, recursive: true);
        }

        Directory.Move(moved, Root);

        async Task AnswersAsync(string expected, Func<Task<string>> ask)
        {
            if (IsManaged)
            {
                await FailAsync(StorageErrorCode.ServiceUnavailable, ask);
            }
            else
            {
                Assert.That(await ask(), Is.EqualTo(expected));
            }
        }
    }

    [Test]
    public async Task Nothing_is_written_where_nobody_can_tell_what_is_at_the_path()
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        string moved = Path.Combine(Path.GetDirectoryName(Root)!, "moved");
        Directory.Move(Root, moved);
        File.CreateSymbolicLink(Root, Root);

        await FailAsync(StorageErrorCode.ServiceUnavailable, () => bucket.PutAsync("key", Bytes("new")));

        File.Delete(Root);
        Directory.Move(moved, Root);
        Assert.That(await ListAsync(bucket), Is.Empty);
    }

    [Test]
    public async Task Nothing_is_written_to_a_root_that_was_unmounted()
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(Root, "tmpfs", "size=8m");
        await using ObjectStore store = Open(options => options.RootPath = disk.Path);
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("key", Bytes("old"));

        await disk.UnmountAsync();

        await FailAsync(StorageErrorCode.ServiceUnavailable, () => bucket.PutAsync("key", Bytes("new")));
        Assert.That(Directory.GetFileSystemEntries(Root), Is.Empty, "what is below the mount");
    }
}
