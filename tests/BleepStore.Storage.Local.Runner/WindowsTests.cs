using System.Text;

namespace BleepStore.Storage.Local.Runner;

/// <summary>Paths, devices and held files, which only Windows treats in this way.</summary>
public class WindowsTests
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"bleepstore-{Guid.NewGuid():N}");

    [TearDown]
    public void DeleteRoot() => Directory.Delete(_root, recursive: true);

    [Test]
    public async Task A_root_whose_path_begins_with_the_prefix_of_long_paths_holds_keys_with_slashes()
    {
        await using ObjectStore store = Open(@"\\?\" + _root);
        Bucket bucket = await store.CreateBucketAsync("bucket");

        await bucket.PutAsync("a", "x"u8.ToArray());
        await bucket.PutAsync("a/b/c", "nested"u8.ToArray());

        Assert.That(await KeysAsync(bucket), Is.EqualTo(new[] { "a", "a/b/c" }));
        Assert.That(await ReadAsync(bucket, "a/b/c"), Is.EqualTo("nested"));
        await bucket.DeleteAsync("a/b/c");
        Assert.That(await KeysAsync(bucket), Is.EqualTo(new[] { "a" }));
    }

    [TestCase("nul")]
    [TestCase("con.logs")]
    public async Task A_device_is_no_bucket(string name)
    {
        await using ObjectStore store = Open(_root);
        await store.CreateBucketAsync("bucket");

        Assert.That(await store.BucketExistsAsync(name), Is.False);
        StorageException? error = await Assert.ThrowsAsync<StorageException>(() => store.GetBucket(name).HeadAsync("key"));
        Assert.That(error!.Code, Is.EqualTo(StorageErrorCode.NoSuchBucket));
    }

    [Test]
    public async Task An_object_that_is_deleted_while_it_is_read_is_gone_at_once_and_can_be_put_again()
    {
        await using ObjectStore store = Open(_root);
        Bucket bucket = await store.CreateBucketAsync("bucket");
        await bucket.PutAsync("key", "old"u8.ToArray());
        await using (await bucket.GetAsync("key"))
        {
            await bucket.DeleteAsync("key");

            Assert.That(await bucket.ExistsAsync("key"), Is.False);
            Assert.That(await KeysAsync(bucket), Is.Empty);
            await bucket.PutAsync("key", "new"u8.ToArray(), new PutOptions { IfAbsent = true });
        }

        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("new"));
    }

    [Test]
    public async Task A_file_that_another_program_holds_exclusively_is_listed_and_cannot_be_read()
    {
        await using ObjectStore store = Open(_root);
        Bucket bucket = await store.CreateBucketAsync("bucket");
        ObjectProperties put = await bucket.PutAsync("ours", "x"u8.ToArray());
        await using (new FileStream(Path.Combine(_root, "bucket", "ours"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            ListEntry entry = await bucket.ListAsync().SingleAsync();
            Assert.That((entry.Key, entry.ETag, entry.Revision), Is.EqualTo(("ours", put.ETag, put.Revision)));
            StorageException? error = await Assert.ThrowsAsync<StorageException>(() => bucket.GetAsync("ours"));
            Assert.That((error!.Code, error.ProviderCode), Is.EqualTo((StorageErrorCode.OperationAborted, "SHARING_VIOLATION")));
        }

        Assert.That(await ReadAsync(bucket, "ours"), Is.EqualTo("x"));
    }

    private static ObjectStore Open(string root) =>
        LocalStore.Create(new LocalBackendOptions { RootPath = root, Durability = Durability.None });

    private static async Task<List<string>> KeysAsync(Bucket bucket) =>
        await bucket.ListAsync().Select(static entry => entry.Key).ToListAsync();

    private static async Task<string> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return Encoding.UTF8.GetString(await reader.ReadAllAsync());
    }
}
