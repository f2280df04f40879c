using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests;

[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalBucketsTests(DiskLayer layer) : LocalFixture(layer)
{
    [Test]
    public async Task A_bucket_is_created_once_listed_and_deleted_when_it_is_empty()
    {
        ObjectStore store = Open(options => options.Durability = Durability.Full);
        await store.CreateBucketAsync("beta");
        await store.CreateBucketAsync("alpha");
        Directory.CreateDirectory(Path.Combine(Root, "No_Bucket"));
        await File.WriteAllTextAsync(Path.Combine(Root, "file"), "x");

        await FailAsync(StorageErrorCode.BucketAlreadyExists, () => store.CreateBucketAsync("alpha"));
        Assert.That((await store.ListBucketsAsync().ToListAsync()).Select(bucket => bucket.Name), Is.EqualTo(new[] { "alpha", "beta" }));
        Assert.That((await store.ListBucketsAsync().ToListAsync())[0].CreatedAt, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(5)));
        await store.GetBucket("alpha").PutAsync("a/b/c", Bytes("x"));
        await FailAsync(StorageErrorCode.BucketNotEmpty, () => store.DeleteBucketAsync("alpha"));
        Assert.That(await store.GetBucket("alpha").ExistsAsync("a/b/c"), Is.True);
        await store.GetBucket("alpha").DeleteAsync("a/b/c");
        Directory.CreateDirectory(PathIn("alpha", "left", "over"));

        await store.DeleteBucketAsync("alpha");

        Assert.That(await store.BucketExistsAsync("alpha"), Is.False);
        Assert.That(await store.BucketExistsAsync("beta"), Is.True);
        await FailAsync(StorageErrorCode.NoSuchBucket, () => store.DeleteBucketAsync("alpha"));
    }

    [TestCase(true, true)]
    [TestCase(false, true)]
    [TestCase(true, false)]
    [TestCase(false, false)]
    public async Task A_bucket_is_not_created_where_a_file_or_a_link_has_its_name(bool isLink, bool ifNotExists)
    {
        ObjectStore store = Open();
        await store.CheckAsync();
        string path = PathIn("bucket");
        if (isLink)
        {
            Directory.CreateSymbolicLink(path, Outside);
        }
        else
        {
            await File.WriteAllTextAsync(path, "a file");
        }

        StorageException error = await FailAsync(
            StorageErrorCode.AccessDenied, () => store.CreateBucketAsync("bucket", new CreateBucketOptions { IfNotExists = ifNotExists }));

        Assert.That(error.Message, Does.Contain("'bucket'").And.Contain("Remove it"));
        Assert.That(await store.BucketExistsAsync("bucket"), Is.False);
    }

    [TestCase("tmp")]
    [TestCase("uploads")]
    [TestCase("locks")]
    [TestCase("bleepstore")]
    public async Task A_bucket_named_like_an_internal_folder_is_a_bucket_like_any_other(string name)
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(name, store);
        await bucket.PutAsync("key", Bytes("x"));
        await Open().CheckAsync();

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "key" }));
    }

    [Test]
    public async Task Deleting_a_bucket_races_puts_into_it_and_no_acknowledged_object_is_lost()
    {
        ObjectStore store = Open();
        ObjectStore other = Open();
        Bucket bucket = other.GetBucket("bucket");
        for (int i = 0; i < 100; i++)
        {
            await store.CreateBucketAsync("bucket", new CreateBucketOptions { IfNotExists = true });
            bool[] done = await Task.WhenAll(
                Task.Run(() => TryAsync(() => bucket.PutAsync("a/b", Bytes("x")))),
                Task.Run(() => TryAsync(() => store.DeleteBucketAsync("bucket"))));

            Assert.That(done[0] && done[1], Is.False);
            if (done[0])
            {
                Assert.That(await ReadAsync(bucket, "a/b"), Is.EqualTo("x"));
                await bucket.DeleteAsync("a/b");
            }
        }

        static async Task<bool> TryAsync(Func<Task> act)
        {
            try
            {
                await act();
                return true;
            }
            catch (StorageException error) when (error.Code is StorageErrorCode.NoSuchBucket or StorageErrorCode.BucketNotEmpty)
            {
                return false;
            }
        }
    }
}
