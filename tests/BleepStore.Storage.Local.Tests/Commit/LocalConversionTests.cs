using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Commit;

/// <summary>An object that is also a prefix.</summary>
[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalConversionTests(DiskLayer layer) : LocalFixture(layer)
{
    [Test]
    public async Task An_object_and_a_prefix_of_the_same_name_live_together_whichever_comes_first()
    {
        Bucket bucket = await OpenBucketAsync();
        ObjectProperties first = await bucket.PutAsync("a", Bytes("a"), new PutOptions { ContentType = "text/a" });
        await bucket.PutAsync("a/b", Bytes("a/b"));
        await bucket.PutAsync("a/b/c", Bytes("a/b/c"));
        await bucket.PutAsync("z/y", Bytes("z/y"));
        await bucket.PutAsync("z", Bytes("z"));

        foreach (string key in new[] { "a", "a/b", "a/b/c", "z", "z/y" })
        {
            Assert.That(await ReadAsync(bucket, key), Is.EqualTo(key));
        }

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "a", "a/b", "a/b/c", "z", "z/y" }));
        ObjectProperties head = await bucket.HeadAsync("a");
        Assert.That((head.Revision, head.ContentType, head.LastModified), Is.EqualTo((first.Revision, "text/a", first.LastModified)));
        Assert.That(File.Exists(PathIn("bucket", "a", "~=@")), Is.True);
    }

    [Test]
    public async Task Becoming_a_folder_does_not_break_a_read_or_a_condition_pinned_to_the_revision()
    {
        Bucket bucket = await OpenBucketAsync();
        ObjectProperties put = await bucket.PutAsync("a", Bytes("a"));
        await bucket.PutAsync("a/b", Bytes("b"));

        await using ObjectReader reader = await bucket.GetAsync("a", new GetOptions { IfRevision = put.Revision });
        await bucket.PutAsync("a", Bytes("2"), new PutOptions { IfRevision = put.Revision });
        await FailAsync(StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("a", Bytes("3"), new PutOptions { IfRevision = put.Revision }));

        Assert.That(await ReadAsync(bucket, "a"), Is.EqualTo("2"));
    }

    [Test]
    public async Task After_all_are_deleted_nothing_is_left_and_the_name_is_free_again()
    {
        Bucket bucket = await OpenBucketAsync();
        await bucket.PutAsync("a", Bytes("a"));
        await bucket.PutAsync("a/b/c", Bytes("c"));
        await bucket.DeleteAsync("a/b/c");
        Assert.That(await ReadAsync(bucket, "a"), Is.EqualTo("a"));
        await bucket.DeleteAsync("a");
        Assert.That(Directory.EnumerateFileSystemEntries(PathIn("bucket")), Is.Empty);

        await bucket.PutAsync("a", Bytes("again"));

        Assert.That(File.Exists(PathIn("bucket", "a")), Is.True);
    }

    [Test]
    public async Task Concurrent_readers_never_miss_an_object_that_becomes_a_prefix_and_back()
    {
        Bucket bucket = await OpenBucketAsync();
        Bucket other = await OpenBucketAsync(store: Open());
        await bucket.PutAsync("a", Bytes("0"));
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(i => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.That(await ReadAsync(i == 0 ? other : bucket, "a"), Is.Not.Empty);
                Assert.That(await ListAsync(bucket, new ListOptions { PageSize = 1000 }), Has.Member("a"));
            }
        }))];
        for (int i = 0; i < 200; i++)
        {
            await (i % 2 == 0 ? bucket : other).PutAsync($"a/b{i % 3}", Bytes("b"));
            await bucket.PutAsync("a", Bytes($"{i}"));
            await other.DeleteAsync($"a/b{i % 3}");
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Test]
    public async Task Two_stores_put_an_object_and_what_is_under_it_at_once()
    {
        Bucket one = await OpenBucketAsync();
        Bucket two = await OpenBucketAsync(store: Open());
        for (int i = 0; i < 100; i++)
        {
            string key = $"k{i}";
            await Task.WhenAll(
                Task.Run(() => one.PutAsync(key, Bytes(key))),
                Task.Run(() => two.PutAsync($"{key}/below", Bytes("below"))),
                Task.Run(() => two.PutAsync($"{key}/below/deep", Bytes("deep"))));

            Assert.That(await ReadAsync(two, key), Is.EqualTo(key));
            Assert.That(await ReadAsync(one, $"{key}/below"), Is.EqualTo("below"));
            Assert.That(await ReadAsync(one, $"{key}/below/deep"), Is.EqualTo("deep"));
        }
    }

    [Test]
    public async Task Pruning_of_empty_parents_does_not_race_a_concurrent_put_into_the_same_folder()
    {
        Bucket one = await OpenBucketAsync();
        Bucket two = await OpenBucketAsync(store: Open());
        Task[] writers = [.. Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
        {
            Bucket bucket = i % 2 == 0 ? one : two;
            string key = $"deep/er/folder/{i}";
            for (int round = 0; round < 150; round++)
            {
                await bucket.PutAsync(key, Bytes($"{round}"));
                Assert.That(await ReadAsync(bucket, key), Is.EqualTo($"{round}"));
                await bucket.DeleteAsync(key);
                await FailAsync(StorageErrorCode.NoSuchKey, () => bucket.HeadAsync(key));
            }
        }))];
        await Task.WhenAll(writers);

        Assert.That(Directory.EnumerateFileSystemEntries(PathIn("bucket")), Is.Empty);
    }
}
