using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Uploads;

/// <summary>Tests the events that isolated uploads survive, unlike uploads in place.</summary>
public sealed class IsolatedUploadsOnAzuriteTests
{
    private const string Key = "object";

    private static readonly ObjectStoreOptions Options = new() { PartSize = 5 * 1024 * 1024, MinimumPartSize = 1 };

    [Test]
    public async Task Two_uploads_to_one_key_interleaved_part_by_part_both_succeed_and_the_last_complete_wins([Values] bool firstBegunWins)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(Isolated, Options);
        await using EmulatedStore other = emulated.OpenAnother(Isolated, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        MultipartUpload[] uploads =
        [
            await bucket.CreateMultipartUploadAsync(Key), await other.Store.GetBucket("bucket").CreateMultipartUploadAsync(Key),
        ];
        List<PartInfo>[] parts = [[], []];
        for (int number = 1; number <= 3; number++)
        {
            for (int one = 0; one < 2; one++)
            {
                parts[one].Add(await uploads[one].UploadPartAsync(number, Payload.Bytes(1000, (10 * one) + number)));
            }
        }

        int last = firstBegunWins ? 0 : 1;
        await uploads[1 - last].CompleteAsync(parts[1 - last]);
        ObjectProperties made = await uploads[last].CompleteAsync(parts[last]);

        Assert.That(
            await ReadAsync(bucket),
            Is.EqualTo(Payload.Join([.. Enumerable.Range(1, 3).Select(number => Payload.Bytes(1000, (10 * last) + number))])));
        Assert.That((await bucket.HeadAsync(Key)).Revision, Is.EqualTo(made.Revision));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => uploads[1 - last].CompleteAsync(parts[1 - last]));
        Assert.That(await emulated.ListInternalNamesAsync(), Is.Empty);
    }

    [Test]
    public async Task A_put_a_large_put_a_copy_a_deletion_and_an_abort_in_the_middle_harm_nothing()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(Isolated, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await bucket.PutAsync("source", Payload.Bytes(100, 9));
        Func<Task>[] disturbances =
        [
            () => bucket.PutAsync(Key, Payload.Bytes(10)),
            () => bucket.PutAsync(Key, Payload.Bytes(6 * 1024 * 1024)),
            () => bucket.CopyAsync(new ObjectAddress("bucket", "source"), Key),
            () => bucket.DeleteAsync(Key),
            async () => await (await bucket.CreateMultipartUploadAsync(Key)).AbortAsync(),
        ];
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync(Key);
        var parts = new List<PartInfo>();
        foreach (Func<Task> disturb in disturbances)
        {
            parts.Add(await upload.UploadPartAsync(parts.Count + 1, Payload.Bytes(1000, parts.Count)));
            await disturb();
        }

        Assert.That(
            await upload.ListPartsAsync().Select(static part => part.PartNumber).ToListAsync(), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        await upload.CompleteAsync(parts);

        Assert.That(
            await ReadAsync(bucket), Is.EqualTo(Payload.Join([.. Enumerable.Range(0, 5).Select(number => Payload.Bytes(1000, number))])));
    }

    [Test]
    public async Task An_upload_keeps_the_staging_that_it_was_begun_with_whatever_store_goes_on_with_it([Values] bool begunIsolated)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(
            options => options.MultipartStaging = begunIsolated ? MultipartStaging.Isolated : MultipartStaging.InPlace, Options);
        await using EmulatedStore other = emulated.OpenAnother(
            options => options.MultipartStaging = begunIsolated ? MultipartStaging.InPlace : MultipartStaging.Isolated, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        MultipartUpload here = await bucket.CreateMultipartUploadAsync(Key);
        MultipartUpload there = other.Store.GetBucket("bucket").GetMultipartUpload(Key, here.UploadId);

        PartInfo first = await here.UploadPartAsync(1, Payload.Bytes(1000, 1));
        PartInfo second = await there.UploadPartAsync(2, Payload.Bytes(1000, 2));
        Assert.That(await there.ListPartsAsync().CountAsync(), Is.EqualTo(2));
        await there.CompleteAsync([first, second]);

        Assert.That(await ReadAsync(bucket), Is.EqualTo(Payload.Join(Payload.Bytes(1000, 1), Payload.Bytes(1000, 2))));
        Assert.That(await emulated.ListInternalNamesAsync(), Is.Empty);
    }

    [Test]
    public async Task A_condition_that_fails_early_leaves_the_upload_as_it_was_with_parts_that_were_left_out()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(Isolated, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        ObjectProperties old = await bucket.PutAsync(Key, Payload.Bytes(10));
        (MultipartUpload upload, PartInfo[] parts) = await BeginAsync(bucket);

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => upload.CompleteAsync([parts[0], parts[2]], new CompleteOptions { IfAbsent = true }));
        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed,
            () => upload.CompleteAsync([parts[0], parts[2]], new CompleteOptions { IfMatch = "00000000000000000000000000000000" }));

        Assert.That((await bucket.HeadAsync(Key)).Revision, Is.EqualTo(old.Revision));
        Assert.That(await upload.ListPartsAsync().ToListAsync(), Is.EqualTo(parts));
        await upload.CompleteAsync(parts);
        Assert.That(await ReadAsync(bucket), Is.EqualTo(Payload.Join(Payload.Bytes(1000, 1), Payload.Bytes(1000, 2))));
    }

    [Test]
    public async Task A_condition_that_fails_at_the_last_moment_costs_only_the_parts_that_were_left_out()
    {
        var policy = new InterruptingPolicy();
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(Isolated, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await using EmulatedStore raced = emulated.OpenAnother(
            options =>
            {
                Isolated(options);
                policy.AddTo(options);
            },
            Options);
        (MultipartUpload upload, PartInfo[] parts) = await BeginAsync(raced.Store.GetBucket("bucket"));
        ObjectProperties? rival = null;
        policy.Before(async sent => rival ??= sent.Kind.EndsWith("from url", StringComparison.Ordinal)
            ? await bucket.PutAsync(Key, Payload.Bytes(10))
            : null);

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => upload.CompleteAsync([parts[0], parts[2]], new CompleteOptions { IfAbsent = true }));

        Assert.That((await bucket.HeadAsync(Key)).Revision, Is.EqualTo(rival!.Revision));
        Assert.That(await upload.ListPartsAsync().ToListAsync(), Is.EqualTo(new[] { parts[0], parts[2] }), "the empty part, too");
        await StorageAssert.FailsAsync(StorageErrorCode.InvalidPart, () => upload.CompleteAsync(parts));
        PartInfo again = await upload.UploadPartAsync(1, Payload.Bytes(2000, 7));
        await bucket.PutAsync(Key, Payload.Bytes(20));
        await upload.CompleteAsync([again, parts[2]]);
        Assert.That(
            await ReadAsync(bucket),
            Is.EqualTo(Payload.Bytes(2000, 7)),
            "a refusal leaves no doubt: no condition is needed to overwrite what was written since");
        Assert.That(await emulated.ListInternalNamesAsync(), Is.Empty);
    }

    [Test]
    public async Task A_block_that_arrives_after_the_end_brings_no_upload_back([Values] bool aborted)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(Isolated, Options);
        await using EmulatedStore other = emulated.OpenAnother(Isolated, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync(Key);
        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(10));
        string name = (await emulated.ListInternalNamesAsync()).Single();
        MultipartUpload elsewhere = other.Store.GetBucket("bucket").GetMultipartUpload(Key, upload.UploadId);
        await (aborted ? elsewhere.AbortAsync() : elsewhere.CompleteAsync([part]));
        await bucket.DeleteAsync(Key);

        string id = new BlockId(upload.UploadId, 1, DateTime.MaxValue.Ticks, part.ETag, BlockFlags.None).Encode();
        await emulated.Container.GetBlockBlobClient(name).StageBlockAsync(id, new MemoryStream(Payload.Bytes(10)));

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([part]));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(1, Payload.Bytes(10)));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, async () => await upload.ListPartsAsync().ToListAsync());
        Assert.That(await bucket.ListMultipartUploadsAsync().CountAsync(), Is.Zero);
        Assert.That(await bucket.ExistsAsync(Key), Is.False);
    }

    [Test]
    public async Task A_large_put_whose_condition_fails_leaves_nothing()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(Isolated, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        ObjectProperties old = await bucket.PutAsync(Key, Payload.Bytes(10));

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed,
            () => bucket.PutAsync(Key, Payload.Bytes(6 * 1024 * 1024), new PutOptions { IfAbsent = true }));

        Assert.That((await bucket.HeadAsync(Key)).Revision, Is.EqualTo(old.Revision));
        Assert.That(await emulated.ListInternalNamesAsync(), Is.Empty);
    }

    [Test]
    public async Task The_attributes_arrive_on_the_object_and_nothing_internal_does()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(Isolated, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        var attributes =
            new MultipartOptions
            {
                ContentType = "image/png",
                CacheControl = "no-cache",
                StorageClass = "Cool",
                Metadata = new Dictionary<string, string> { ["owner"] = "me", ["größe"] = "ü" },
            };
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync(Key, attributes);

        ObjectProperties made = await upload.CompleteAsync([await upload.UploadPartAsync(1, Payload.Bytes(10))]);

        StorageAssert.SameAttributes(made, attributes);
        StorageAssert.SameAttributes(await bucket.HeadAsync(Key), attributes);
        IDictionary<string, string> stored = (await emulated.Container.GetBlobClient($"bucket/{Key}").GetPropertiesAsync()).Value.Metadata;
        Assert.That(stored.Keys, Is.EquivalentTo(new[] { "owner", "bleepstoremeta", "bleepstoreetag", "bleepstoretoken" }));
    }

    private static async Task<(MultipartUpload Upload, PartInfo[] Parts)> BeginAsync(Bucket bucket)
    {
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync(Key);
        PartInfo[] parts =
        [
            await upload.UploadPartAsync(1, Payload.Bytes(1000, 1)),
            await upload.UploadPartAsync(2, Payload.Bytes(1000, 2)),
            await upload.UploadPartAsync(3, Array.Empty<byte>()),
        ];
        return (upload, parts);
    }

    private static void Isolated(AzureBackendOptions options) => options.MultipartStaging = MultipartStaging.Isolated;

    private static async Task<byte[]> ReadAsync(Bucket bucket)
    {
        await using ObjectReader reader = await bucket.GetAsync(Key);
        return await reader.ReadAllAsync();
    }
}
