using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.Tests.Uploads;

/// <summary>
/// A process dies between any two requests, and another one goes on. A dead process sends no further requests, so they are refused
/// permanently here.
/// </summary>
public sealed class CrashTests
{
    private const int Parts = 33;

    [Test]
    public async Task An_upload_can_be_completed_by_another_process_after_a_crash_at_any_step()
    {
        int crashes = 0;
        for (bool died = true; died; crashes++)
        {
            await using ServedStore served = await ServedStore.StartAsync();
            Bucket bucket = served.Store.GetBucket("bucket");
            await bucket.PutAsync("object", "old"u8.ToArray());
            (MultipartUpload upload, PartInfo[] parts) = await UploadAsync(bucket);
            died = await RunUntilAsync(served, crashes, () => upload.CompleteAsync(parts));
            byte[] between = await ReadAsync(bucket);
            Assert.That(between, Is.EqualTo("old"u8.ToArray()).Or.EqualTo(Whole()), $"whole after a crash at step {crashes}");

            MultipartUpload elsewhere = served.Open().GetBucket("bucket").GetMultipartUpload("object", upload.UploadId);
            if (between.Length == Parts)
            {
                // Some parts are deleted already. A caller who saw only the others would send the rest again.
                await Assert.ThatAsync(
                    async () => await elsewhere.ListPartsAsync().CountAsync(),
                    Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Code)).EqualTo(StorageErrorCode.NoSuchUpload),
                    $"step {crashes}");
            }

            ObjectProperties made = await elsewhere.CompleteAsync(parts);

            Assert.That(made.ETag, Does.EndWith($"-{Parts}"), $"step {crashes}");
            Assert.That(await ReadAsync(bucket), Is.EqualTo(Whole()), $"step {crashes}");
            Assert.That(served.InternalNames, Is.Empty, $"step {crashes}");
        }

        Assert.That(crashes, Is.GreaterThan(Parts + 6), "every request of a completion was the last once");
    }

    [Test]
    public async Task An_upload_can_be_aborted_by_another_process_after_a_crash_at_any_step()
    {
        int crashes = 0;
        for (bool died = true; died; crashes++)
        {
            await using ServedStore served = await ServedStore.StartAsync();
            Bucket bucket = served.Store.GetBucket("bucket");
            await bucket.PutAsync("object", "old"u8.ToArray());
            (MultipartUpload upload, PartInfo[] parts) = await UploadAsync(bucket);
            died = await RunUntilAsync(served, crashes, async () =>
            {
                await upload.AbortAsync();
                return 0;
            });

            MultipartUpload elsewhere = served.Open().GetBucket("bucket").GetMultipartUpload("object", upload.UploadId);
            if (died)
            {
                await elsewhere.AbortAsync();
            }

            Assert.That(served.InternalNames, Is.Empty, $"step {crashes}");
            Assert.That(await ReadAsync(bucket), Is.EqualTo("old"u8.ToArray()));
            await Assert.ThatAsync(
                () => elsewhere.CompleteAsync(parts),
                Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Code)).EqualTo(StorageErrorCode.NoSuchUpload));
        }

        Assert.That(crashes, Is.GreaterThan(Parts + 3));
    }

    /// <returns>Whether a request was refused.</returns>
    private static async Task<bool> RunUntilAsync<T>(ServedStore served, int requests, Func<Task<T>> run)
    {
        served.Server.Requests.Clear();
        served.Server.Faults.Add(static _ => true, Fault.Refusing(403), times: int.MaxValue, skip: requests);
        try
        {
            await run();
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied)
        {
            // Dead.
        }

        served.Server.Faults.Clear();
        return served.Server.Requests.Records.Any(static record => record.Status == 403);
    }

    private static async Task<(MultipartUpload Upload, PartInfo[] Parts)> UploadAsync(Bucket bucket)
    {
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        var parts = new PartInfo[Parts];
        await Parallel.ForAsync(0, Parts, async (index, token) => parts[index] = await upload.UploadPartAsync(
            index + 1, new byte[] { (byte)index }, cancellationToken: token));
        return (upload, parts);
    }

    private static byte[] Whole() => [.. Enumerable.Range(0, Parts).Select(static index => (byte)index)];

    private static async Task<byte[]> ReadAsync(Bucket bucket)
    {
        await using ObjectReader reader = await bucket.GetAsync("object");
        return await reader.ReadAllAsync();
    }
}
