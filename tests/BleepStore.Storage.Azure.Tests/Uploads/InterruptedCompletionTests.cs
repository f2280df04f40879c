using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Uploads;

/// <summary>
/// Tests a process that dies while it completes an isolated upload. It dies once after each of its requests, and once after each request
/// whose answer is lost.
/// </summary>
public sealed class InterruptedCompletionTests
{
    private const string Key = "object";

    private static readonly ObjectStoreOptions Options = new() { MinimumPartSize = 1 };
    private static readonly byte[] Old = Payload.Bytes(50, 1);
    private static readonly byte[] New = Payload.Bytes(3000, 2);
    private static readonly byte[] Newer = Payload.Bytes(70, 3);

    [Test]
    public Task Completing_again_elsewhere_makes_the_object_once_and_leaves_nothing(
        [Values] bool overOld, [Values] bool losesAnswer, [Values] bool endsEmpty) =>
        AfterEveryStepAsync(overOld, losesAnswer, endsEmpty, async dead =>
        {
            MultipartUpload again = dead.Elsewhere.GetMultipartUpload(Key, dead.UploadId);
            ObjectProperties made = await again.CompleteAsync(dead.Parts);

            Assert.That(await ReadAsync(dead.Elsewhere), Is.EqualTo(New));
            Assert.That(made.ETag, Is.EqualTo(Backends.Toolkit.ETags.Compose(dead.Parts)));
            Assert.That((await dead.Elsewhere.HeadAsync(Key)).Revision, Is.EqualTo(made.Revision));
            if (dead.WasPublished)
            {
                Assert.That(made.Revision, Is.EqualTo(dead.Current!.Revision), "it was there already");
            }

            Assert.That(await dead.Emulated.ListInternalNamesAsync(), Is.Empty);
            Assert.That((await again.CompleteAsync(dead.Parts)).Revision, Is.EqualTo(made.Revision));
        });

    [Test]
    public async Task An_upload_in_place_has_ended_once_its_commit_was_made_though_its_record_is_left()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(static _ => { }, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        var policy = new InterruptingPolicy();
        await using EmulatedStore dying = emulated.OpenAnother(policy.AddTo, Options);
        MultipartUpload upload = await dying.Store.GetBucket("bucket").CreateMultipartUploadAsync(Key);
        PartInfo part = await upload.UploadPartAsync(1, New);

        // The lease, the list of blocks and the commit. The deletion of the record is cut.
        policy.After(3, losesAnswer: false);
        await OutcomeAsync(() => upload.CompleteAsync([part]));
        Assert.That(policy.HasCut, Is.True);
        Assert.That(await emulated.ListInternalNamesAsync(), Has.Count.EqualTo(1), "the record");

        // A caller who resumes the upload and saw no part would send all parts again.
        MultipartUpload again = bucket.GetMultipartUpload(Key, upload.UploadId);
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, async () => await again.ListPartsAsync().CountAsync());
        await emulated.ExpireClaimsAsync();
        await again.CompleteAsync([part]);
        Assert.That(await ReadAsync(bucket), Is.EqualTo(New));
        Assert.That(await emulated.ListInternalNamesAsync(), Is.Empty);
    }

    [Test]
    public Task Other_parts_can_be_uploaded_and_completed_after_it([Values] bool losesAnswer) =>
        AfterEveryStepAsync(overOld: true, losesAnswer, endsEmpty: false, async dead =>
        {
            if (dead.WasPublished)
            {
                return;
            }

            MultipartUpload again = dead.Elsewhere.GetMultipartUpload(Key, dead.UploadId);
            PartInfo other = await again.UploadPartAsync(2, Newer);
            Assert.That(
                await again.ListPartsAsync().Select(static part => part.ETag).ToListAsync(),
                Is.EqualTo(new[] { dead.Parts[0].ETag, other.ETag }));
            await StorageAssert.FailsAsync(StorageErrorCode.InvalidPart, () => again.CompleteAsync(dead.Parts));
            await again.CompleteAsync([dead.Parts[0], other]);

            Assert.That(await ReadAsync(dead.Elsewhere), Is.EqualTo(Payload.Join(New[..1000], Newer)));
        });

    [Test]
    public async Task What_was_written_since_is_never_overwritten_unless_the_completion_names_it_or_nothing_had_been_committed(
        [Values] bool overOld, [Values] bool losesAnswer)
    {
        var outcomes = new HashSet<StorageErrorCode?>();
        await AfterEveryStepAsync(overOld, losesAnswer, endsEmpty: true, async dead =>
        {
            ObjectProperties newer = await dead.Elsewhere.PutAsync(Key, Newer);
            MultipartUpload again = dead.Elsewhere.GetMultipartUpload(Key, dead.UploadId);
            StorageErrorCode? outcome = await OutcomeAsync(() => again.CompleteAsync(dead.Parts));
            outcomes.Add(outcome);
            if (outcome is null)
            {
                Assert.That(dead.WasPublished, Is.False, "published twice");
                return;
            }

            Assert.That((await dead.Elsewhere.HeadAsync(Key)).Revision, Is.EqualTo(newer.Revision));
            if (outcome == StorageErrorCode.OperationAborted)
            {
                Assert.That(
                    await OutcomeAsync(() => again.CompleteAsync(dead.Parts, new CompleteOptions { IfAbsent = true })),
                    Is.EqualTo(StorageErrorCode.OperationAborted));
                await again.CompleteAsync(dead.Parts, new CompleteOptions { IfMatch = newer.ETag });
                Assert.That(await ReadAsync(dead.Elsewhere), Is.EqualTo(New));
            }
        });

        StorageErrorCode?[] expected = [null, StorageErrorCode.OperationAborted];
        Assert.That(outcomes, Is.EquivalentTo(losesAnswer ? [.. expected, StorageErrorCode.NoSuchUpload] : expected));
    }

    [Test]
    public async Task After_a_deletion_of_the_key_it_can_be_completed_where_there_was_nothing_and_under_IfAbsent_where_there_was(
        [Values] bool overOld, [Values] bool losesAnswer)
    {
        var outcomes = new HashSet<StorageErrorCode?>();
        await AfterEveryStepAsync(overOld, losesAnswer, endsEmpty: false, async dead =>
        {
            await dead.Elsewhere.DeleteAsync(Key);
            MultipartUpload again = dead.Elsewhere.GetMultipartUpload(Key, dead.UploadId);
            StorageErrorCode? outcome = await OutcomeAsync(() => again.CompleteAsync(dead.Parts));
            outcomes.Add(outcome);
            if (outcome == StorageErrorCode.OperationAborted)
            {
                Assert.That(await dead.Elsewhere.ExistsAsync(Key), Is.False);
                await again.CompleteAsync(dead.Parts, new CompleteOptions { IfAbsent = true });
            }

            Assert.That(await dead.Elsewhere.ExistsAsync(Key), Is.EqualTo(outcome != StorageErrorCode.NoSuchUpload));
        });

        List<StorageErrorCode?> expected = [null];
        if (overOld)
        {
            expected.Add(StorageErrorCode.OperationAborted);
        }

        if (losesAnswer)
        {
            expected.Add(StorageErrorCode.NoSuchUpload);
        }

        Assert.That(outcomes, Is.EquivalentTo(expected));
    }

    [Test]
    public Task An_abort_takes_all_that_is_internal_and_leaves_the_object_as_it_is([Values] bool overOld, [Values] bool losesAnswer) =>
        AfterEveryStepAsync(overOld, losesAnswer, endsEmpty: false, async dead =>
        {
            StorageErrorCode? outcome = await OutcomeAsync(() => dead.Elsewhere.GetMultipartUpload(Key, dead.UploadId).AbortAsync());

            Assert.That(outcome, Is.Null.Or.EqualTo(StorageErrorCode.NoSuchUpload));
            Assert.That((await TryHeadAsync(dead.Elsewhere))?.Revision, Is.EqualTo(dead.Current?.Revision));
            Assert.That(await dead.Emulated.ListInternalNamesAsync(), Is.Empty);
        });

    [Test]
    public Task The_reaper_takes_all_that_is_internal_and_leaves_the_object_as_it_is([Values] bool overOld, [Values] bool losesAnswer) =>
        AfterEveryStepAsync(overOld, losesAnswer, endsEmpty: false, async dead =>
        {
            await using EmulatedStore later = dead.Emulated.OpenAnother(
                timeProvider: new FakeClock(TimeProvider.System.GetUtcNow().AddDays(8)));
            int expected = (await dead.Emulated.ListInternalNamesAsync()).Count;

            Assert.That(await later.Store.AbortUploadsAsync(TimeSpan.Zero), Is.EqualTo(expected));

            Assert.That(await dead.Emulated.ListInternalNamesAsync(), Is.Empty);
            Assert.That((await TryHeadAsync(dead.Elsewhere))?.Revision, Is.EqualTo(dead.Current?.Revision));
            Assert.That(await TryReadAsync(dead.Elsewhere), Is.EqualTo(dead.WasPublished ? New : overOld ? Old : null));
        });

    [Test]
    public async Task An_abort_that_dies_either_has_not_happened_or_has_taken_all([Values] bool losesAnswer)
    {
        var policy = new InterruptingPolicy();
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(Isolated, Options);
        Bucket bucket = await emulated.Store.CreateBucketAsync("bucket");
        await using EmulatedStore dying = emulated.OpenAnother(options => Dying(options, policy), Options);
        MultipartUpload upload = await dying.Store.GetBucket("bucket").CreateMultipartUploadAsync(Key);
        PartInfo part = await upload.UploadPartAsync(1, New);

        policy.After(0, losesAnswer);
        await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => upload.AbortAsync());

        MultipartUpload elsewhere = bucket.GetMultipartUpload(Key, upload.UploadId);
        Assert.That(
            await OutcomeAsync(() => elsewhere.CompleteAsync([part])), Is.EqualTo(losesAnswer ? StorageErrorCode.NoSuchUpload : null));
        Assert.That(await emulated.ListInternalNamesAsync(), Is.Empty);
    }

    private static async Task AfterEveryStepAsync(bool overOld, bool losesAnswer, bool endsEmpty, Func<DeadCompletion, Task> then)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync(Isolated, Options);
        for (int requests = 0; ; requests++)
        {
            var policy = new InterruptingPolicy();
            Bucket bucket = await emulated.Store.CreateBucketAsync($"after-{requests}-requests");
            if (overOld)
            {
                await bucket.PutAsync(Key, Old);
            }

            await using EmulatedStore dying = emulated.OpenAnother(options => Dying(options, policy), Options);
            Bucket there = dying.Store.GetBucket(bucket.Name);
            MultipartUpload upload = await there.CreateMultipartUploadAsync(Key, new MultipartOptions { ContentType = "image/png" });
            int lastBegins = endsEmpty ? New.Length : 1000;
            PartInfo[] parts =
            [
                await upload.UploadPartAsync(1, New.AsMemory(..lastBegins)), await upload.UploadPartAsync(2, New.AsMemory(lastBegins..)),
            ];

            policy.After(requests, losesAnswer);
            StorageErrorCode? outcome = await OutcomeAsync(() => upload.CompleteAsync(parts));
            if (!policy.HasCut)
            {
                Assert.That(outcome, Is.Null);
                Assert.That(requests, Is.GreaterThanOrEqualTo(7), "steps");
                return;
            }

            await emulated.ExpireClaimsAsync();
            byte[]? found = await TryReadAsync(bucket);
            Assert.That(found, Is.EqualTo(overOld ? Old : null).Or.EqualTo(New), $"after {requests} requests");
            Assert.That(outcome, Is.Null.Or.EqualTo(StorageErrorCode.ServiceUnavailable));
            Assert.That(outcome is null && !New.AsSpan().SequenceEqual(found), Is.False, "success was told and nothing published");
            await then(new DeadCompletion(
                emulated, bucket, upload.UploadId, parts, await TryHeadAsync(bucket), New.AsSpan().SequenceEqual(found)));
        }
    }

    private static void Isolated(AzureBackendOptions options) => options.MultipartStaging = MultipartStaging.Isolated;

    private static void Dying(AzureBackendOptions options, InterruptingPolicy policy)
    {
        Isolated(options);
        policy.AddTo(options);
    }

    private static async Task<StorageErrorCode?> OutcomeAsync(Func<Task> operation)
    {
        try
        {
            await operation();
            return null;
        }
        catch (StorageException error)
        {
            return error.Code;
        }
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket)
    {
        await using ObjectReader reader = await bucket.GetAsync(Key);
        return await reader.ReadAllAsync();
    }

    private static async Task<byte[]?> TryReadAsync(Bucket bucket) => await bucket.ExistsAsync(Key) ? await ReadAsync(bucket) : null;

    private static async Task<ObjectProperties?> TryHeadAsync(Bucket bucket) =>
        await bucket.ExistsAsync(Key) ? await bucket.HeadAsync(Key) : null;

    /// <param name="Emulated">The account.</param>
    /// <param name="Elsewhere">The bucket, as another process sees it.</param>
    /// <param name="UploadId">The upload whose completion died.</param>
    /// <param name="Parts">The conditions of the completion.</param>
    /// <param name="Current">The object that is there.</param>
    /// <param name="WasPublished">Whether it is the upload's.</param>
    private sealed record DeadCompletion(
        EmulatedStore Emulated, Bucket Elsewhere, string UploadId, PartInfo[] Parts, ObjectProperties? Current, bool WasPublished);
}
