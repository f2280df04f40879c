using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.Tests.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests.Listing;

[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalListTests(DiskLayer layer) : LocalFixture(layer)
{
    [Test]
    [Category(LongRun.Category)]
    public async Task All_keys_at_once_are_listed_in_the_order_of_their_UTF_8_bytes_whatever_the_page_size()
    {
        Bucket bucket = await OpenBucketAsync();
        foreach (string key in TestKeys.All)
        {
            await bucket.PutAsync(key, Bytes(key));
        }

        string[] expected = [.. TestKeys.All.Order(KeyOrder.Instance)];
        foreach (int size in new[] { 1, 2, 3, 10, 1000 })
        {
            Assert.That(await ListAsync(bucket, new ListOptions { PageSize = size }), Is.EqualTo(expected), $"page size {size}");
        }

        // Each round lists nearly all keys twice, which the managed layer does slowly. The walk above the layers is the same.
        int step = IsManaged ? LongRun.Count(7, 1) : 1;
        foreach (string key in expected.Where((_, number) => number % step == 0))
        {
            Assert.That(await ReadAsync(bucket, key), Is.EqualTo(key));
            Assert.That(await ListAsync(bucket, new ListOptions { StartAfter = key }), Is.EqualTo(expected.SkipWhile(other => other != key).Skip(1)), $"after {key}");
            Assert.That(await ListAsync(bucket, new ListOptions { Prefix = key }), Is.EqualTo(expected.Where(other => other.StartsWith(key, StringComparison.Ordinal))), $"under {key}");
        }

        foreach (string key in expected)
        {
            await bucket.DeleteAsync(key);
        }

        Assert.That(await ListAsync(bucket), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(PathIn("bucket")), Is.Empty);
    }

    [TestCase("/")]
    [TestCase("-")]
    [TestCase("abc")]
    [TestCase("\\")]
    [TestCase("//")]
    [TestCase("/b")]
    public async Task Common_prefixes_are_those_of_the_reference(string delimiter)
    {
        string[] keys = [.. TestKeys.All, "t-/abc/x", "t/abcabc", "tabc", "a/b", "a/b/", "a/b/c/abc", "a-b/c-d", "a//b/b"];
        Bucket bucket = await OpenBucketAsync();
        await using ObjectStore memory = InMemory.InMemoryStore.Create();
        Bucket reference = await OpenBucketAsync(store: memory);
        foreach (string key in keys)
        {
            await bucket.PutAsync(key, Bytes("x"));
            await reference.PutAsync(key, Bytes("x"));
        }

        foreach (string prefix in new[] { "", "a", "a/", "a/b", "foo/", "t", "both/", "/", "//", "..", "s" })
        {
            foreach (int size in new[] { 1, 4, 1000 })
            {
                var query = new ListOptions { Prefix = prefix, Delimiter = delimiter, PageSize = size };
                Assert.That(await ListAsync(bucket, query), Is.EqualTo(await ListAsync(reference, query)), $"'{prefix}' by {size}");
                query = query with { StartAfter = "a/b" };
                Assert.That(await ListAsync(bucket, query), Is.EqualTo(await ListAsync(reference, query)), $"'{prefix}' by {size} after a/b");
            }
        }
    }

    [Test]
    public async Task Long_segments_sort_among_short_ones()
    {
        Bucket bucket = await OpenBucketAsync();
        string stem = new('s', 252);
        string[] keys = [stem, stem + "abc", stem + "abcd", stem + "abcd/below", stem + "abce", stem + "b", stem + new string('c', 300), stem + "d"];
        foreach (string key in keys)
        {
            await bucket.PutAsync(key, Bytes("x"));
        }

        Assert.That(await ListAsync(bucket, new ListOptions { PageSize = 1 }), Is.EqualTo(keys.Order(KeyOrder.Instance)));
        Assert.That(await ListAsync(bucket, new ListOptions { Prefix = stem + "abcd/" }), Is.EqualTo(new[] { stem + "abcd/below" }));
        Assert.That(await ListAsync(bucket, new ListOptions { Prefix = stem + "abc" }), Is.EqualTo(new[] { stem + "abc", stem + "abcd", stem + "abcd/below", stem + "abce" }));
    }

    [Test]
    public async Task Empty_folders_and_internal_files_are_no_keys_and_no_common_prefixes()
    {
        Bucket bucket = await OpenBucketAsync();
        Directory.CreateDirectory(PathIn("bucket", "empty", "nested"));
        await bucket.PutAsync("key", Bytes("x"));
        await bucket.CreateMultipartUploadAsync("upload");

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "key" }));
        Assert.That(await ListAsync(bucket, new ListOptions { Delimiter = "/" }), Is.EqualTo(new[] { "key" }));
    }

    [Test]
    public async Task A_large_folder_is_listed_page_by_page_and_what_changed_meanwhile_is_seen()
    {
        Bucket bucket = await OpenBucketAsync();
        for (int i = 0; i < 5000; i++)
        {
            await File.WriteAllTextAsync(PathIn("bucket", $"{i:D5}"), "");
        }

        // A folder of this age can be kept between pages.
        Directory.SetLastWriteTimeUtc(PathIn("bucket"), new DateTime(2024, 1, 1, 0, 0, 0, 123, DateTimeKind.Utc));
        ListPage first = await bucket.ListPageAsync();
        ListPage second = await bucket.ListPageAsync(new ListOptions { ContinuationToken = first.ContinuationToken });
        Assert.That((second.Entries[0].Key, second.Entries[^1].Key), Is.EqualTo(("01000", "01999")));

        await bucket.DeleteAsync("02000");
        await bucket.PutAsync("02000a", Bytes("x"));
        ListPage third = await bucket.ListPageAsync(new ListOptions { ContinuationToken = second.ContinuationToken });

        Assert.That((third.Entries[0].Key, third.Entries.Count), Is.EqualTo(("02000a", 1000)));
        Assert.That((await ListAsync(bucket)).Count, Is.EqualTo(5000));
    }

    [Test]
    public async Task A_folder_of_100_000_files_is_listed_whole_and_from_anywhere()
    {
        Bucket bucket = await OpenBucketAsync();
        Parallel.For(0, 100_000, i => File.WriteAllBytes(PathIn("bucket", $"{i:D5}"), []));

        Assert.That((await bucket.ListAsync().Select(static entry => entry.Key).ToListAsync()), Is.EqualTo(Enumerable.Range(0, 100_000).Select(static i => $"{i:D5}")));
        ListPage last = await bucket.ListPageAsync(new ListOptions { StartAfter = "99989" });
        Assert.That((last.Entries.Count, last.Entries[0].Key, last.ContinuationToken), Is.EqualTo((10, "99990", (string?)null)));
        Assert.That(await ListAsync(bucket, new ListOptions { Prefix = "4567" }), Has.Count.EqualTo(10));
        await bucket.PutAsync("50000", Bytes("x"));
        Assert.That(await ReadAsync(bucket, "50000"), Is.EqualTo("x"));
    }
}
