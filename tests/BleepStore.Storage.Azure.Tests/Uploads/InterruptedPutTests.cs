using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Uploads;

/// <summary>
/// Tests a process that dies during a large put with isolated staging. It dies once after each of its requests, and once after each request
/// whose answer is lost.
/// </summary>
public sealed class InterruptedPutTests
{
    private const int PartSize = 5 * 1024 * 1024;
    private const string Key = "object";

    private static readonly ObjectStoreOptions Options = new() { PartSize = PartSize, MinimumPartSize = 1, MaxConcurrency = 1 };
    private static readonly byte[] Old = Payload.Bytes(50, 1);
    private static readonly byte[] New = Payload.Bytes(PartSize + 3000, 2);

    [Test]
    public async Task It_leaves_the_old_object_or_the_new_one_and_the_reaper_takes_the_rest(
        [Values] bool overOld, [Values] bool losesAnswer) =>
        Assert.That(
            await AfterEveryStepAsync(overOld, losesAnswer, put: null),
            Is.EquivalentTo(new[] { true, false }),
            "dead before and after the publication");

    [Test]
    public async Task One_that_fails_by_itself_leaves_the_old_object_and_the_reaper_takes_the_rest(
        [Values] bool overOld, [Values] bool losesAnswer) =>
        Assert.That(
            await AfterEveryStepAsync(overOld, losesAnswer, new PutOptions { ContentMd5 = Payload.Md5(Old) }),
            Is.EquivalentTo(new[] { false }));

    [Test]
    public async Task What_a_dead_put_had_committed_can_be_completed_under_a_condition_alone()
    {
        var policy = new InterruptingPolicy();
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(Isolated, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await using EmulatedStore dying = emulated.OpenAnother(options => Dying(options, policy), Options);

        policy.After(3, losesAnswer: false);
        await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => dying.Store.GetBucket("bucket").PutAsync(Key, New));
        MultipartUploadInfo left = await bucket.ListMultipartUploadsAsync().SingleAsync();
        MultipartUpload upload = bucket.GetMultipartUpload(left.Key, left.UploadId);
        PartInfo[] parts = [.. await upload.ListPartsAsync().ToListAsync()];
        await StorageAssert.FailsAsync(StorageErrorCode.OperationAborted, () => upload.CompleteAsync(parts));
        await upload.CompleteAsync(parts, new CompleteOptions { IfAbsent = true });

        Assert.That((await ReadAsync(bucket)).AsSpan().SequenceEqual(New), Is.True);
        Assert.That(await emulated.ListInternalNamesAsync(), Is.Empty);
    }

    private static async Task<HashSet<bool>> AfterEveryStepAsync(bool overOld, bool losesAnswer, PutOptions? put)
    {
        var published = new HashSet<bool>();
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(Isolated, Options);
        await using EmulatedStore later = emulated.OpenAnother(
            storeOptions: Options, timeProvider: new FakeClock(TimeProvider.System.GetUtcNow().AddDays(8)));
        var policy = new InterruptingPolicy();
        await using EmulatedStore dying = emulated.OpenAnother(options => Dying(options, policy), Options);
        for (int requests = 0; ; requests++)
        {
            Bucket bucket = await emulated.Store.CreateBucketAsync($"after-{requests}-requests");
            if (overOld)
            {
                await bucket.PutAsync(Key, Old);
            }

            policy.After(requests, losesAnswer);
            bool succeeded = await SucceedsAsync(() => dying.Store.GetBucket(bucket.Name).PutAsync(Key, New, put));
            if (!policy.HasCut)
            {
                Assert.That(succeeded, Is.EqualTo(put is null));
                Assert.That(await emulated.ListInternalNamesAsync(BlobStates.None), Is.Empty);
                Assert.That(requests, Is.GreaterThanOrEqualTo(put is null ? 5 : 4), "steps");
                return published;
            }

            byte[]? found = await TryReadAsync(bucket);
            bool isNew = New.AsSpan().SequenceEqual(found);
            Assert.That(isNew ? null : found, Is.EqualTo(overOld && !isNew ? Old : null), $"after {requests} requests");
            Assert.That(succeeded && !isNew, Is.False, "success was told and nothing published");
            published.Add(isNew);

            // Blocks that were never committed are no blob yet, and the service discards them after a week.
            int expected = (await emulated.ListInternalNamesAsync(BlobStates.None)).Count;
            Assert.That(await later.Store.AbortUploadsAsync(TimeSpan.Zero), Is.EqualTo(expected));
            Assert.That(await emulated.ListInternalNamesAsync(BlobStates.None), Is.Empty);
            byte[]? left = await TryReadAsync(bucket);
            Assert.That((left is null, left.AsSpan().SequenceEqual(found)), Is.EqualTo((found is null, true)));
        }
    }

    private static void Isolated(AzureBackendOptions options) => options.MultipartStaging = MultipartStaging.Isolated;

    private static void Dying(AzureBackendOptions options, InterruptingPolicy policy)
    {
        Isolated(options);
        policy.AddTo(options);
    }

    private static async Task<bool> SucceedsAsync(Func<Task> operation)
    {
        try
        {
            await operation();
            return true;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket)
    {
        await using ObjectReader reader = await bucket.GetAsync(Key);
        return await reader.ReadAllAsync();
    }

    private static async Task<byte[]?> TryReadAsync(Bucket bucket) => await bucket.ExistsAsync(Key) ? await ReadAsync(bucket) : null;
}
