using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Commit;

/// <summary>An object becomes a folder without an exchange of two names.</summary>
[TestFixture(DiskLayer.Managed)]
public class ConversionInStepsTests(DiskLayer layer) : LocalFixture(layer)
{
    private string Moving => PathIn("bucket", new Place("bucket", "a", "bucket/a").MovingName);

    [Test]
    public async Task Readers_and_listings_never_miss_an_object_that_becomes_a_folder([Values] bool hasLinks)
    {
        int count = hasLinks ? 150 : 50;
        var host = new FaultyHost { HasLinks = hasLinks };
        Bucket bucket = await OpenBucketAsync(store: Open(new LocalBackend(Options()) { Layer = new ManagedLayer(host) }));
        Bucket other = await OpenBucketAsync(store: Open());
        string[] keys = [.. Enumerable.Range(0, count).Select(static i => $"k{i:d3}")];
        foreach (string key in keys)
        {
            await bucket.PutAsync(key, Bytes(key));
        }

        int at = 0;
        using var stop = new CancellationTokenSource();
        Task reading = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                string key = keys[Math.Min(Volatile.Read(ref at), count - 1)];
                Assert.That(await ReadAsync(other, key), Is.EqualTo(key));
            }
        });
        Task listing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.That((await ListAsync(other)).Where(static key => !key.Contains('/', StringComparison.Ordinal)), Is.EqualTo(keys));
            }
        });
        for (; at < count; at++)
        {
            await bucket.PutAsync($"{keys[at]}/below", Bytes("below"));
        }

        await stop.CancelAsync();
        await Task.WhenAll(reading, listing);
        Assert.That(Directory.GetFiles(PathIn("bucket"), "~=^*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Where_a_file_has_one_name_alone_an_object_that_cannot_be_moved_stays_an_object()
    {
        var host = new FaultyHost { HasLinks = false };
        Bucket bucket = await OpenBucketAsync(store: Open(new LocalBackend(Options()) { Layer = new ManagedLayer(host) }));
        ObjectProperties put = await bucket.PutAsync("a", Bytes("x"), new PutOptions { ContentType = "text/a" });
        host.OnMove = static (_, to) => to.EndsWith("/~=@", StringComparison.Ordinal) ? DiskError.DiskFailed : null;

        await FailAsync(StorageErrorCode.InternalError, () => bucket.PutAsync("a/b", Bytes("below")));

        Assert.That(Directory.GetFileSystemEntries(PathIn("bucket")), Is.EqualTo(new[] { PathIn("bucket", "a") }));
        host.OnMove = static (_, _) => null;
        await bucket.PutAsync("a/b", Bytes("below"));
        ObjectProperties head = await bucket.HeadAsync("a");
        Assert.That((head.Revision, head.ETag, head.ContentType), Is.EqualTo((put.Revision, put.ETag, "text/a")));
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "a", "a/b" }));
    }

    [Test]
    public async Task What_a_conversion_that_was_cut_off_has_left_is_the_object_and_is_finished_by_the_next_write([Values(1, 2, 3)] int steps)
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        ObjectProperties put = await bucket.PutAsync("a", Bytes("x"), new PutOptions { ContentType = "text/a" });
        await CutOffAfterAsync(steps);

        ObjectProperties head = await bucket.HeadAsync("a");
        Assert.That((head.Revision, head.ETag, head.ContentType), Is.EqualTo((put.Revision, put.ETag, "text/a")));
        Assert.That(await ReadAsync(bucket, "a"), Is.EqualTo("x"));
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "a" }));
        Assert.That(await bucket.ListForeignNamesAsync().ToListAsync(), Is.Empty);
        await FailAsync(StorageErrorCode.BucketNotEmpty, () => store.DeleteBucketAsync("bucket"));

        await bucket.PutAsync("a", Bytes("newer"), new PutOptions { IfMatch = put.ETag });
        await bucket.PutAsync("a/b", Bytes("below"));
        Assert.That(await ReadAsync(bucket, "a"), Is.EqualTo("newer"));
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "a", "a/b" }));
        Assert.That(Directory.Exists(Moving), Is.False);

        await bucket.DeleteAsync("a");
        await bucket.DeleteAsync("a/b");
        Assert.That(Directory.GetFileSystemEntries(PathIn("bucket")), Is.Empty);
        await store.DeleteBucketAsync("bucket");
    }

    /// <summary>The write that was cut off is the first to come again.</summary>
    [Test]
    public async Task A_put_below_an_object_goes_on_with_its_conversion_that_was_cut_off([Values(1, 2, 3)] int steps, [Values] bool isLinux)
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("a", Bytes("x"));
        await CutOffAfterAsync(steps);
        await using ObjectStore store = isLinux ? LocalStore.Create(Options()) : Create(Options());
        Bucket next = store.GetBucket("bucket");

        await next.PutAsync("a/b", Bytes("below"));
        await next.PutAsync("a/c", Bytes("below"));
        await next.PutAsync("a", Bytes("newer"));

        Assert.That(await ReadAsync(next, "a"), Is.EqualTo("newer"));
        Assert.That(await ListAsync(next), Is.EqualTo(new[] { "a", "a/b", "a/c" }));
        Assert.That(Directory.Exists(Moving), Is.False);
        foreach (string key in new[] { "a", "a/b", "a/c" })
        {
            await next.DeleteAsync(key);
        }

        await store.DeleteBucketAsync("bucket");
    }

    /// <summary>A put below the object can make the folder in the moment when the object's name is free.</summary>
    [Test]
    public async Task An_object_moves_into_a_folder_that_another_put_has_made_meanwhile([Values] bool isDeleted)
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        ObjectProperties put = await bucket.PutAsync("a", Bytes("x"));
        await CutOffAfterAsync(2);
        await bucket.PutAsync("a/b", Bytes("below"));

        Assert.That(await ReadAsync(bucket, "a"), Is.EqualTo("x"));
        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "a", "a/b" }));

        if (isDeleted)
        {
            await bucket.DeleteAsync("a", new DeleteOptions { IfMatch = put.ETag });
            Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "a/b" }));
        }
        else
        {
            await bucket.PutAsync("a", Bytes("newer"), new PutOptions { IfRevision = put.Revision });
            Assert.That(await ReadAsync(bucket, "a"), Is.EqualTo("newer"));
            Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "a", "a/b" }));
        }

        Assert.That(Directory.Exists(Moving), Is.False);
        await bucket.DeleteAsync("a/b");
        await bucket.DeleteAsync("a");
        await store.DeleteBucketAsync("bucket");
    }

    [Test]
    public async Task What_a_conversion_has_left_without_the_object_is_removed_by_the_next_write()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("a", Bytes("x"));
        await CutOffAfterAsync(1);
        File.Delete(Path.Combine(Moving, LocalNames.Self));

        await bucket.PutAsync("a", Bytes("newer"));

        Assert.That(await ReadAsync(bucket, "a"), Is.EqualTo("newer"));
        Assert.That(Directory.Exists(Moving), Is.False);
    }

    [Test]
    public async Task An_object_whose_conversion_was_cut_off_can_be_deleted([Values(1, 2, 3)] int steps)
    {
        ObjectStore store = Open();
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("a", Bytes("x"));
        await CutOffAfterAsync(steps);

        await bucket.DeleteAsync("a");

        await FailAsync(StorageErrorCode.NoSuchKey, () => bucket.HeadAsync("a"));
        Assert.That(await ListAsync(bucket), Is.Empty);
        await store.DeleteBucketAsync("bucket");
    }

    /// <summary>Leaves what the first steps of a conversion make: the folder beside the object, the object's name gone, the folder in its place.</summary>
    private async Task CutOffAfterAsync(int steps)
    {
        string path = PathIn("bucket", "a");
        Directory.CreateDirectory(Moving);
        await Tools.RunAsync("ln", path, Path.Combine(Moving, LocalNames.Self));
        await File.WriteAllTextAsync(Path.Combine(Moving, LocalNames.Moving), "a");
        if (steps > 1)
        {
            File.Delete(path);
        }

        if (steps > 2)
        {
            Directory.Move(Moving, path);
        }
    }
}
