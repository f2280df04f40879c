using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Uploads;

/// <summary>Tests that the latest upload of a part does not depend on a clock.</summary>
public sealed class AttemptTests
{
    private static readonly ObjectStoreOptions Options = new() { MinimumPartSize = 1 };

    [Test]
    public async Task The_latest_upload_of_a_part_counts_also_from_a_process_whose_clock_is_an_hour_behind(
        [Values] MultipartStaging staging)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(options => options.MultipartStaging = staging, Options);
        await using EmulatedStore behind = emulated.OpenAnother(
            options => options.MultipartStaging = staging, Options, new FakeClock(TimeProvider.System.GetUtcNow().AddHours(-1)));
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        MultipartUpload there = behind.Store.GetBucket("bucket").GetMultipartUpload("key", upload.UploadId);

        PartInfo first = await upload.UploadPartAsync(1, Payload.Bytes(10, 1));
        PartInfo second = await there.UploadPartAsync(1, Payload.Bytes(10, 2));
        Assert.That(await ETagsAsync(upload), Is.EqualTo(new[] { second.ETag }));
        PartInfo third = await upload.UploadPartAsync(1, Payload.Bytes(10, 3));
        Assert.That(await ETagsAsync(there), Is.EqualTo(new[] { third.ETag }));
        PartInfo fourth = await there.UploadPartAsync(1, Payload.Bytes(10, 4));

        await StorageAssert.FailsAsync(StorageErrorCode.InvalidPart, () => upload.CompleteAsync([first]));
        await StorageAssert.FailsAsync(StorageErrorCode.InvalidPart, () => upload.CompleteAsync([third]));
        await upload.CompleteAsync([fourth]);

        await using ObjectReader reader = await bucket.GetAsync("key");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Payload.Bytes(10, 4)));
    }

    [Test]
    public async Task Of_two_parts_that_two_processes_send_at_once_the_one_counts_that_the_caller_names([Values(1, 2)] int named)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(storeOptions: Options);
        await using EmulatedStore other = emulated.OpenAnother(storeOptions: Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");

        // The other process lists before either part is there.
        MultipartUpload there = other.Store.GetBucket("bucket").GetMultipartUpload("key", upload.UploadId);
        await there.UploadPartAsync(2, Payload.Bytes(5));
        PartInfo[] parts = [await upload.UploadPartAsync(1, Payload.Bytes(10, 1)), await there.UploadPartAsync(1, Payload.Bytes(10, 2))];
        await upload.CompleteAsync([parts[named - 1]]);

        await using ObjectReader reader = await bucket.GetAsync("key");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Payload.Bytes(10, named)));
    }

    [Test]
    public async Task A_part_that_is_sent_once_costs_no_list()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(storeOptions: Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        emulated.Wire.Clear();

        await upload.UploadPartAsync(1, Payload.Bytes(10));
        await upload.UploadPartAsync(2, Payload.Bytes(10));
        await upload.UploadPartAsync(1, Payload.Bytes(10, 1));

        Assert.That(
            emulated.Wire.Kinds, Is.EqualTo(new[] { "HEAD", "PUT block", "HEAD", "PUT block", "HEAD", "GET blocklist", "PUT block" }));
    }

    private static async Task<string[]> ETagsAsync(MultipartUpload upload) =>
    [
        .. await upload.ListPartsAsync().Select(static part => part.ETag).ToListAsync(),
    ];
}
