using System.Text;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Uploads;

/// <summary>Tests uploads of many parts, with their composes and deletions, and that nothing is left.</summary>
public sealed class CompositionTests
{
    // A single part at the end of a level is passed on, so 33 parts are 32 joined ones and one more.
    [TestCase(1, 1, 0)]
    [TestCase(32, 1, 0)]
    [TestCase(33, 2, 1)]
    [TestCase(34, 3, 2)]
    [TestCase(64, 3, 2)]
    [TestCase(1025, 34, 33)]
    public async Task Parts_are_composed_with_no_more_requests_than_it_takes(int count, int composes, int intermediates)
    {
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { PageLimit = 100 });
        Bucket bucket = served.Store.GetBucket("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object", new MultipartOptions { ContentType = "text/plain" });
        var parts = new PartInfo[count];
        await Parallel.ForAsync(0, count, async (index, token) => parts[index] = await upload.UploadPartAsync(
            index + 1, Encoding.ASCII.GetBytes($"<{index}>"), cancellationToken: token));
        served.Server.Requests.Clear();

        ObjectProperties made = await upload.CompleteAsync(parts);

        IReadOnlyList<string> asked = served.Server.Requests.Operations;
        Assert.Multiple(() =>
        {
            Assert.That(asked.Count(static operation => operation == "objects.compose"), Is.EqualTo(composes));
            Assert.That(
                asked.Count(static operation => operation == "objects.delete"),
                Is.EqualTo(count + intermediates + 1),
                "parts, intermediates and the record");
            Assert.That(served.Server.Requests.Records.Sum(static record => record.BytesDown), Is.Zero, "nothing is read back");
            Assert.That(served.InternalNames, Is.Empty);
            Assert.That(made.ETag, Does.EndWith($"-{count}"));
        });
        await using ObjectReader reader = await bucket.GetAsync("object");
        Assert.That(
            Encoding.ASCII.GetString(await reader.ReadAllAsync()),
            Is.EqualTo(string.Concat(Enumerable.Range(0, count).Select(static index => $"<{index}>"))));
        Assert.That((reader.Properties.ETag, reader.Properties.ContentType), Is.EqualTo((made.ETag, "text/plain")));
    }

    [Test]
    public async Task Aborting_deletes_parts_on_all_pages_and_nothing_of_another_upload()
    {
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { PageLimit = 3 });
        Bucket bucket = served.Store.GetBucket("bucket");
        await bucket.PutAsync("object", "old"u8.ToArray());
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        MultipartUpload other = await bucket.CreateMultipartUploadAsync("object");
        for (int number = 1; number <= 10; number++)
        {
            await upload.UploadPartAsync(number, new byte[1]);
        }

        PartInfo kept = await other.UploadPartAsync(1, "kept"u8.ToArray());

        await upload.AbortAsync();

        Assert.That(served.InternalNames.Count(), Is.EqualTo(2), "the other upload's record and part");
        await other.CompleteAsync([kept]);
        Assert.That(served.InternalNames, Is.Empty);
    }

    [Test]
    public async Task What_a_put_left_behind_that_died_is_aborted()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = await served.Store.CreateBucketAsync("bucket");
        served.Server.Faults.Add(
            static request => request.Operation is "objects.compose" or "objects.delete",
            TestServer.Faults.Fault.Refusing(403),
            times: int.MaxValue);
        await Assert.ThatAsync(() => bucket.PutAsync("object", new byte[6 * 1024 * 1024]), Throws.TypeOf<StorageException>());
        served.Server.Faults.Clear();
        Assert.That(served.InternalNames, Is.Not.Empty);

        int aborted = await served.Store.AbortUploadsAsync(TimeSpan.Zero);

        Assert.That(aborted, Is.EqualTo(1));
        Assert.That(served.InternalNames, Is.Empty);
        Assert.That(await bucket.ExistsAsync("object"), Is.False);
    }
}
