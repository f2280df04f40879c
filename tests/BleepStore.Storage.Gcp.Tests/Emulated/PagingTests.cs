using System.Text;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Emulated;

/// <summary>
/// A page of uploads or buckets costs as much as the first, however far the listing has come. The server's pages are short.
/// </summary>
public sealed class PagingTests
{
    [Test]
    public async Task Uploads_are_listed_in_order_and_no_page_costs_more_than_two_requests()
    {
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { PageLimit = 9 });
        Bucket bucket = served.Store.GetBucket("bucket");
        string[] keys = [.. Enumerable.Range(0, 60).Select(static n => $"key/{n % 30:D2}"), "é", "𝄞", "z"];
        await Parallel.ForEachAsync(keys, async (key, token) => await bucket.CreateMultipartUploadAsync(key, cancellationToken: token));
        served.Server.Requests.Clear();

        List<MultipartUploadInfo> listed = await bucket.ListMultipartUploadsAsync(new ListUploadsOptions { PageSize = 9 }).ToListAsync();

        Assert.That(listed.Select(static upload => upload.Key), Is.EqualTo(
            keys.OrderBy(static key => Convert.ToHexString(Encoding.UTF8.GetBytes(key)), StringComparer.Ordinal)));
        Assert.That(listed.Select(static upload => upload.UploadId).Distinct().Count(), Is.EqualTo(keys.Length));
        Assert.That(served.Server.Requests.Operations.Count, Is.LessThanOrEqualTo((2 * keys.Length / 9) + 2));
    }

    [Test]
    public async Task Uploads_of_keys_that_agree_in_their_first_bytes_are_in_order_too()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");
        string common = new('k', 400);
        string[] keys = [.. Enumerable.Range(0, 20).Select(n => $"{common}{n:D2}"), "a", "z"];
        await Parallel.ForEachAsync(keys, async (key, token) => await bucket.CreateMultipartUploadAsync(key, cancellationToken: token));

        List<string> all = await bucket.ListMultipartUploadsAsync(
            new ListUploadsOptions { PageSize = 3 }).Select(static upload => upload.Key).ToListAsync();
        List<string> some = await bucket.ListMultipartUploadsAsync(
            new ListUploadsOptions { Prefix = common + "1", PageSize = 3 }).Select(static upload => upload.Key).ToListAsync();

        Assert.That(all, Is.EqualTo(keys.Order(StringComparer.Ordinal)));
        Assert.That(
            some, Is.EqualTo(keys.Where(key => key.StartsWith(common + "1", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
    }

    [TestCase(GcpBucketMapping.SharedContainer)]
    [TestCase(GcpBucketMapping.ContainerPerBucket)]
    public async Task Buckets_are_listed_and_no_page_costs_more_than_two_requests(GcpBucketMapping mapping)
    {
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { PageLimit = 7 });
        ObjectStore store = Open(served, mapping);
        string[] names = [.. Enumerable.Range(0, 40).Select(static n => $"bucket-{n:D2}")];
        foreach (string name in names)
        {
            await store.CreateBucketAsync(name);
        }

        served.Server.Requests.Clear();

        List<string> pages = await ListAsync(store, 7);

        Assert.That(pages, Is.SupersetOf(names));
        Assert.That(pages, Is.Unique.And.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(served.Server.Requests.Operations.Count, Is.LessThanOrEqualTo(14));
    }

    [Test]
    public async Task A_listing_of_buckets_goes_on_in_another_process()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        ObjectStore store = Open(served, GcpBucketMapping.ContainerPerBucket);
        string[] names = [.. Enumerable.Range(0, 9).Select(static n => $"bucket-{n:D2}")];
        foreach (string name in names)
        {
            await store.CreateBucketAsync(name);
        }

        var seen = new List<string>();
        string? after = null;
        for (int page = 0; page < 20; page++)
        {
            await using var backend = Open(served, GcpBucketMapping.ContainerPerBucket);
            var result = await backend.GetService<StorageBackend>()!.ListBucketsAsync(new() { PageSize = 2, StartAfter = after }, default);
            seen.AddRange(result.Buckets.Select(static bucket => bucket.Name));
            if (!result.IsTruncated)
            {
                break;
            }

            after = seen[^1];
        }

        Assert.That(seen, Is.SupersetOf(names).And.Unique);
    }

    private static async Task<List<string>> ListAsync(ObjectStore store, int pageSize)
    {
        var backend = store.GetService<StorageBackend>()!;
        var names = new List<string>();
        bool more = true;
        while (more)
        {
            var page = await backend.ListBucketsAsync(new() { PageSize = pageSize, StartAfter = names.LastOrDefault() }, default);
            names.AddRange(page.Buckets.Select(static bucket => bucket.Name));
            more = page.IsTruncated;
        }

        return names;
    }

    private static ObjectStore Open(ServedStore served, GcpBucketMapping mapping) => served.Open(o =>
    {
        o.BucketMapping = mapping;
        if (mapping == GcpBucketMapping.ContainerPerBucket)
        {
            (o.Bucket, o.ProjectId) = (null, "project");
        }
    });
}
