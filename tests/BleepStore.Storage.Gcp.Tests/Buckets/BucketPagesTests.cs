using BleepStore.Storage.Backends;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Buckets;

/// <summary>A page of buckets costs as much as the first, however far the listing has come. The server's pages are short.</summary>
public sealed class BucketPagesTests
{
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
