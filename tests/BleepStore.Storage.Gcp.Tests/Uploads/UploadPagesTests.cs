using System.Text;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Uploads;

/// <summary>A page of uploads costs as much as the first, however far the listing has come. The server's pages are short.</summary>
public sealed class UploadPagesTests
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
}
