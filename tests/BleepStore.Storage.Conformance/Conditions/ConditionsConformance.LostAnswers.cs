using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class ConditionsConformance<THarness>
{
    [ContractTest]
    public async Task A_conditional_write_whose_answer_was_lost_is_success_when_it_landed([Values] WriteKind kind, [Values] bool create)
    {
        ObjectProperties? old = create ? null : await PutAsync("object", Old);
        (Bucket bucket, MultipartUpload? upload, PartInfo? part) = await PrepareLostAsync(kind, after: true);
        CompleteOptions conditions = create ? new() { IfAbsent = true } : new() { IfRevision = old!.Revision };

        ObjectProperties made = await WriteLostAsync(kind, bucket, upload, part, conditions);

        byte[] content = kind == WriteKind.LargePut ? LargeNew : New;
        StorageAssert.SameObject(await Bucket.HeadAsync("object"), made);
        await AssertContentAsync("object", content);
        await AssertNoUploadsAsync();
    }

    [ContractTest]
    public async Task A_conditional_write_that_did_not_land_is_the_failure_that_it_was([Values] WriteKind kind)
    {
        ObjectProperties old = await PutAsync("object", Old);
        (Bucket bucket, MultipartUpload? upload, PartInfo? part) = await PrepareLostAsync(kind, after: false);

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable,
            () => WriteLostAsync(kind, bucket, upload, part, new CompleteOptions { IfRevision = old.Revision }));

        Assert.That(error.IsOutcomeUnknown, Is.True);
        await AssertUntouchedAsync(old, Old);
    }

    [ContractTest]
    public async Task Somebody_elses_write_is_not_taken_for_ours()
    {
        byte[] theirs = Payload.Bytes(50, 8);
        ObjectProperties? their = null;
        Bucket bucket = Intercept(backend => backend.Before = async request =>
        {
            if (request is PutRequest)
            {
                their = await PutAsync("object", theirs, new PutOptions { IfAbsent = true });
                throw Lost();
            }
        });

        await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => bucket.PutAsync("object", New, new PutOptions { IfAbsent = true }));

        await AssertUntouchedAsync(their!, theirs);
    }

    [ContractTest]
    public async Task A_conditional_delete_whose_answer_was_lost_is_success_when_the_object_is_gone()
    {
        ObjectProperties stored = await PutAsync("object", Old);
        await PutAsync("object2", New);
        Bucket bucket = Intercept(
            backend => backend.After = static request => request is DeleteRequest ? throw Lost() : Task.CompletedTask);
        var conditions = new DeleteOptions { IfRevision = stored.Revision };

        if (!Capabilities.DeletesConditionally)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.DeleteAsync("object", conditions));
            await AssertUntouchedAsync(stored, Old);
            return;
        }

        await bucket.DeleteAsync("object", conditions);

        await AssertKeysAsync("object2");
    }

    [ContractTest]
    public async Task A_conditional_delete_that_did_not_land_is_the_failure_that_it_was()
    {
        ObjectProperties stored = await PutAsync("object", Old);
        Bucket bucket = Intercept(
            backend => backend.Before = static request => request is DeleteRequest ? throw Lost() : Task.CompletedTask);
        StorageErrorCode expected = Capabilities.DeletesConditionally ? StorageErrorCode.ServiceUnavailable : StorageErrorCode.NotSupported;

        await StorageAssert.FailsAsync(expected, () => bucket.DeleteAsync("object", new DeleteOptions { IfRevision = stored.Revision }));

        await AssertUntouchedAsync(stored, Old);
    }

    [ContractTest]
    public async Task A_conditional_delete_that_was_overtaken_after_it_landed_is_PreconditionFailed_of_unknown_outcome([Values] bool byETag)
    {
        ObjectProperties stored = await PutAsync("object", Old);
        ObjectProperties? theirs = null;
        Bucket bucket = Intercept(backend => backend.Before = async request =>
        {
            if (request is DeleteRequest)
            {
                await Bucket.DeleteAsync("object");
                theirs = await PutAsync("object", New);
                throw Lost();
            }
        });
        DeleteOptions conditions = byETag ? new() { IfMatch = stored.ETag } : new() { IfRevision = stored.Revision };

        if (!Capabilities.DeletesConditionally)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.DeleteAsync("object", conditions));
            await AssertUntouchedAsync(stored, Old);
            return;
        }

        StorageException error = await StorageAssert.FailsAsync(Failed, () => bucket.DeleteAsync("object", conditions));

        Assert.That(error.IsOutcomeUnknown, Is.True);
        await AssertUntouchedAsync(theirs!, New);
    }

    [ContractTest]
    public async Task A_conditional_delete_that_was_lost_on_its_way_is_sent_again_where_that_can_hit_no_other_object([Values] bool byETag)
    {
        ObjectProperties stored = await PutAsync("object", Old);
        await PutAsync("object2", New);
        int lost = 0;
        Bucket bucket = Intercept(
            backend => backend.Before = request => request is DeleteRequest && ++lost == 1 ? throw Lost() : Task.CompletedTask);
        DeleteOptions conditions = byETag ? new() { IfMatch = stored.ETag } : new() { IfRevision = stored.Revision };

        if (!Capabilities.DeletesConditionally)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.DeleteAsync("object", conditions));
            await AssertUntouchedAsync(stored, Old);
            return;
        }

        // Retries of a backend must not multiply with the core's.
        if (Capabilities.RetriesRequests || (Capabilities.RevisionsRepeat && !byETag))
        {
            StorageException error = await StorageAssert.FailsAsync(
                StorageErrorCode.ServiceUnavailable, () => bucket.DeleteAsync("object", conditions));
            Assert.That((error.IsOutcomeUnknown, lost), Is.EqualTo((true, 1)));
            await AssertUntouchedAsync(stored, Old);
            return;
        }

        await bucket.DeleteAsync("object", conditions);

        await AssertKeysAsync("object2");
    }

    [ContractTest]
    public async Task A_move_whose_answer_to_the_delete_was_lost_is_done()
    {
        await PutAsync("source", Old);
        Bucket bucket = Intercept(
            backend => backend.After = static request => request is DeleteRequest ? throw Lost() : Task.CompletedTask);

        if (!Capabilities.DeletesConditionally)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.MoveAsync("source", "object"));
            return;
        }

        await bucket.MoveAsync("source", "object");

        await AssertKeysAsync("object");
        await AssertContentAsync("object", Old);
    }

    [ContractTest]
    public async Task A_large_put_that_fails_before_its_commit_leaves_no_doubt_and_nothing_behind()
    {
        ObjectProperties old = await PutAsync("object", Old);
        Bucket bucket = Intercept(
            backend => backend.After = static request => request is UploadPartRequest ? throw Lost() : Task.CompletedTask);
        if (Capabilities.StreamsPuts || !Capabilities.WritesInParts)
        {
            // One request stores all of it.
            await bucket.PutAsync("object", LargeNew);
            await AssertContentAsync("object", LargeNew);
            return;
        }

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => bucket.PutAsync("object", LargeNew));

        Assert.That(error.IsOutcomeUnknown, Is.False);
        await AssertUntouchedAsync(old, Old);
        await AssertNoUploadsAsync();
    }

    [ContractTest]
    public async Task A_large_put_that_is_cancelled_waits_for_its_parts_before_it_takes_them_back()
    {
        IReadOnlyList<string>? internals = await Harness.ListInternalNamesAsync();
        using var cancel = new CancellationTokenSource();
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int onTheirWay = 0, onTheirWayAtAbort = 0;
        Bucket bucket = Intercept(backend =>
        {
            backend.Before = request =>
            {
                if (request is AbortUploadRequest)
                {
                    onTheirWayAtAbort = Volatile.Read(ref onTheirWay);
                    aborted.TrySetResult();
                }

                return Task.CompletedTask;
            };
            backend.After = async request =>
            {
                if (request is UploadPartRequest)
                {
                    // The service has the part, and the answer is on its way. That no abort comes meanwhile has no signal, so it takes a
                    // wait.
                    Interlocked.Increment(ref onTheirWay);
                    await cancel.CancelAsync();
                    await Task.WhenAny(aborted.Task, Task.Delay(100, CancellationToken.None));
                    Interlocked.Decrement(ref onTheirWay);
                }
            };
        });
        if (Capabilities.StreamsPuts || !Capabilities.WritesInParts)
        {
            await bucket.PutAsync("object", LargeNew, options: null, cancel.Token);
            await AssertContentAsync("object", LargeNew);
            return;
        }

        await StorageAssert.ThrowsAsync<OperationCanceledException>(() => bucket.PutAsync("object", LargeNew, options: null, cancel.Token));

        Assert.That(onTheirWayAtAbort, Is.Zero);
        Assert.That(await Bucket.ExistsAsync("object"), Is.False);
        await AssertNoUploadsAsync();
        if (internals is not null)
        {
            Assert.That(await Harness.ListInternalNamesAsync(), Is.EquivalentTo(internals));
        }
    }

    [ContractTest]
    public async Task A_copy_does_not_carry_the_token_of_its_source()
    {
        // A writer whose answer was lost asks the key for its token. A copy of its object over another key must not answer for it.
        await PutAsync("source", New, new PutOptions { IfAbsent = true });
        await Bucket.CopyAsync(new ObjectAddress(Bucket.Name, "source"), "copy");
        StorageBackend backend = Store.GetService<StorageBackend>()!;

        StoredObject source = await backend.HeadAsync(new HeadRequest { Bucket = Bucket.Name, Key = "source" }, default);
        StoredObject copy = await backend.HeadAsync(new HeadRequest { Bucket = Bucket.Name, Key = "copy" }, default);

        Assert.That(source.WriteToken, Is.Not.Null);
        Assert.That(copy.WriteToken, Is.Not.EqualTo(source.WriteToken));
        await AssertContentAsync("copy", New);
    }

    private static StorageException Lost() =>
        new(StorageErrorCode.ServiceUnavailable, "The connection was cut.") { IsOutcomeUnknown = true };

    private async Task<(Bucket Bucket, MultipartUpload? Upload, PartInfo? Part)> PrepareLostAsync(WriteKind kind, bool after)
    {
        await PutAsync("source", New);
        Func<object, Task> lose = static request =>
            request is PutRequest or CopyRequest or CompleteUploadRequest ? throw Lost() : Task.CompletedTask;
        Bucket bucket = Intercept(backend =>
        {
            backend.After = after ? lose : null;
            backend.Before = after ? null : lose;
        });
        if (kind != WriteKind.Complete)
        {
            return (bucket, null, null);
        }

        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        return (bucket, upload, await upload.UploadPartAsync(1, New));
    }

    private static async Task<ObjectProperties> WriteLostAsync(
        WriteKind kind, Bucket bucket, MultipartUpload? upload, PartInfo? part, CompleteOptions conditions)
    {
        var put = new PutOptions { IfAbsent = conditions.IfAbsent, IfRevision = conditions.IfRevision };
        switch (kind)
        {
            case WriteKind.Put:
                return await bucket.PutAsync("object", New, put);
            case WriteKind.StreamPut:
                return await bucket.PutAsync("object", new ScriptedStream(New), put);
            case WriteKind.LargePut:
                return await bucket.PutAsync("object", LargeNew, put);
            case WriteKind.Copy:
                var copy = new CopyOptions { IfAbsent = conditions.IfAbsent, IfRevision = conditions.IfRevision };
                return await bucket.CopyAsync(new ObjectAddress(bucket.Name, "source"), "object", copy);
            case WriteKind.Complete:
                return await upload!.CompleteAsync([part!], conditions);
            default:
                await using (ObjectWriter writer = await bucket.OpenWriteAsync("object", put))
                {
                    await writer.Stream.WriteAsync(New);
                    return await writer.CommitAsync();
                }
        }
    }
}
