using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Engine.Puts;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Writes;

public class WriteProtocolTests
{
    private const int PartSize = 8;
    private static readonly byte[] Small = "small"u8.ToArray();
    private static readonly PutOptions CreateOnly = new() { IfAbsent = true };

    public enum Write
    {
        Put,
        PutInParts,
        Copy,
        Complete,
    }

    private static ObjectAddress Address => new(Stores.Bucket, "k");

    [Test]
    public async Task A_write_whose_answer_was_lost_is_recognised_as_ours([Values] Write write, [Values] StorageErrorCode code)
    {
        var logger = new TestLogger();
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend, logger);
        LoseTheAnswer(backend, () => Unknown(code));

        ObjectProperties stored = await WriteAsync(bucket, write);

        Assert.That(stored.Revision, Is.EqualTo((await bucket.HeadAsync("k")).Revision));
        Assert.That(logger.Lines.Count(static line => line.EventId == 6), Is.EqualTo(1), "it is said in the log");
        Assert.That(backend.Count("Abort"), Is.Zero);
    }

    [Test]
    public async Task An_answer_that_never_came_is_a_lost_one([Values] Write write)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        LoseTheAnswer(backend, static () => new TaskCanceledException("The HTTP client waited long enough."));

        Assert.That((await WriteAsync(bucket, write)).Revision, Is.EqualTo((await bucket.HeadAsync("k")).Revision));
    }

    [Test]
    public async Task An_answer_that_never_came_to_a_write_that_did_not_land_is_a_timeout_of_unknown_outcome()
    {
        var backend = new ScriptedBackend { Put = static (_, _) => throw new TaskCanceledException("The HTTP client waited long enough.") };
        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.RequestTimeout, () => Stores.Over(backend).PutAsync("k", Small, CreateOnly));
        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(error.InnerException, Is.TypeOf<TaskCanceledException>());
    }

    [Test]
    public async Task Another_ones_object_is_not_taken_for_ours([Values] Write write)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        OvertakeAndFail(backend, Unknown(StorageErrorCode.PreconditionFailed));

        StorageException error = await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => WriteAsync(bucket, write));

        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo("theirs"u8.ToArray()));
    }

    [Test]
    public async Task When_the_object_cannot_be_looked_at_the_first_failure_is_reported([Values] Write write, [Values] bool timesOut)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        LoseTheAnswer(backend, static () => Unknown(StorageErrorCode.ServiceUnavailable));
        FailHeads(backend, () => timesOut ? new TaskCanceledException() : new StorageException(StorageErrorCode.AccessDenied, "No heads."));

        Assert.That(
            (await Catch.CodeAsync(StorageErrorCode.ServiceUnavailable, () => WriteAsync(bucket, write))).IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task Cancelling_while_the_object_is_looked_at_says_that_the_outcome_is_unknown([Values] Write write)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        using var cancel = new CancellationTokenSource();
        LoseTheAnswer(backend, static () => Unknown(StorageErrorCode.ServiceUnavailable));
        FailHeads(backend, () =>
        {
            cancel.Cancel();
            return new OperationCanceledException(cancel.Token);
        });

        OperationCanceledException cancelled = await Catch.AsyncAs<OperationCanceledException>(
            () => WriteAsync(bucket, write, cancellationToken: cancel.Token));

        Assert.That(cancelled.InnerException, Is.TypeOf<StorageException>());
        Assert.That(((StorageException)cancelled.InnerException!).IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task Cancelling_after_the_write_was_sent_says_that_the_outcome_is_unknown([Values] Write write, [Values] bool conditional)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        using var cancel = new CancellationTokenSource();
        LoseTheAnswer(backend, () =>
        {
            cancel.Cancel();
            return new OperationCanceledException(cancel.Token);
        });

        OperationCanceledException cancelled = await Catch.AsyncAs<OperationCanceledException>(
            () => WriteAsync(bucket, write, conditional, cancel.Token));

        Assert.That((cancelled.InnerException as StorageException)?.IsOutcomeUnknown, Is.True);
        Assert.That(cancelled.CancellationToken.IsCancellationRequested, Is.True);
    }

    [Test]
    public async Task Cancelling_before_the_write_is_sent_is_plain_cancellation_and_sends_nothing()
    {
        var backend = new ScriptedBackend();
        using var cancel = new CancellationTokenSource();
        var source = new SequentialSource(Small)
        {
            BeforeRead = (at, _) => at == Small.Length ? cancel.CancelAsync() : Task.CompletedTask,
        };

        OperationCanceledException cancelled =
            await Catch.AsyncAs<OperationCanceledException>(
                () => Stores.Over(backend).PutAsync("k", source, cancellationToken: cancel.Token));

        Assert.That(cancelled.InnerException, Is.Not.TypeOf<StorageException>());
        Assert.That(backend.Calls, Is.Empty);
    }

    [Test]
    public async Task An_unconditional_write_carries_no_token_and_is_not_looked_for([Values(Write.Put, Write.Copy)] Write write)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        string? token = "";
        backend.Put = (request, _) =>
        {
            token = request.WriteToken;
            throw Unknown(StorageErrorCode.ServiceUnavailable);
        };
        backend.Copy = (request, _) =>
        {
            token = request.WriteToken;
            throw Unknown(StorageErrorCode.ServiceUnavailable);
        };
        int heads = backend.Count("Head");

        await Catch.CodeAsync(StorageErrorCode.ServiceUnavailable, () => WriteAsync(bucket, write, conditional: false));

        Assert.That(token, Is.Null);
        Assert.That(backend.Count("Head") - heads, Is.EqualTo(write == Write.Copy ? 1 : 0), "a copy looks at its source");
    }

    [Test]
    public async Task A_failure_whose_outcome_is_known_is_reported_without_a_look()
    {
        var backend = new ScriptedBackend
        {
            Put = static (_, _) => throw new StorageException(StorageErrorCode.ServiceUnavailable, "Not even sent."),
        };
        await Catch.CodeAsync(StorageErrorCode.ServiceUnavailable, () => Stores.Over(backend).PutAsync("k", Small, CreateOnly));
        Assert.That(backend.Count("Head"), Is.Zero);
    }

    [Test]
    public async Task Where_the_upstream_cannot_compare_ETags_the_write_goes_on_the_revision([Values] Write write)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { ComparesETags = false });
        Bucket bucket = await PrepareAsync(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        WriteCondition sent = default;
        Watch(backend, condition => sent = condition);

        await WriteIfMatchAsync(bucket, write, old.ETag);

        Assert.That(sent, Is.EqualTo(new WriteCondition { IfRevision = old.Revision }));
    }

    [Test]
    public async Task Where_the_upstream_compares_ETags_it_is_left_to_it_without_another_request()
    {
        var backend = new ScriptedBackend(new StorageCapabilities { ComparesETags = true });
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        WriteCondition sent = default;
        Watch(backend, condition => sent = condition);

        await bucket.PutAsync("k", Small, new PutOptions { IfMatch = $"\"{old.ETag}\"" });

        Assert.That(sent, Is.EqualTo(new WriteCondition { IfMatch = old.ETag }));
        Assert.That(backend.Count("Head"), Is.Zero);
    }

    [Test]
    public async Task A_condition_on_the_revision_costs_no_request()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        ObjectProperties next = await bucket.PutAsync("k", Small, new PutOptions { IfRevision = old.Revision });
        await bucket.DeleteAsync("k", new DeleteOptions { IfRevision = next.Revision });
        Assert.That(backend.Calls, Is.EqualTo(new[] { "Put", "Put", "Delete" }));
    }

    [Test]
    public async Task An_object_rewritten_with_the_same_ETag_in_between_is_written_over_all_the_same([Values] Write write)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        int attempts = 0;
        Interfere(backend, async () =>
        {
            if (++attempts <= 2)
            {
                await PutBehindAsync(backend, "old"u8.ToArray());
            }
        });

        ObjectProperties stored = await WriteIfMatchAsync(bucket, write, old.ETag);

        Assert.That(attempts, Is.EqualTo(3));
        Assert.That((await bucket.HeadAsync("k")).ETag, Is.EqualTo(stored.ETag).And.Not.EqualTo(old.ETag));
    }

    [Test]
    public async Task An_object_replaced_by_another_in_between_is_PreconditionFailed([Values] Write write)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        Interfere(backend, () => PutBehindAsync(backend, "theirs"u8.ToArray()));

        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => WriteIfMatchAsync(bucket, write, old.ETag));

        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo("theirs"u8.ToArray()));
    }

    [Test]
    public async Task An_object_deleted_in_between_is_PreconditionFailed([Values] Write write)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        Interfere(backend, () => backend.Real.DeleteAsync(new DeleteRequest { Bucket = Stores.Bucket, Key = "k" }, CancellationToken.None));

        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => WriteIfMatchAsync(bucket, write, old.ETag));

        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task A_refusal_though_nothing_has_moved_stands()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        var refusal = new StorageException(StorageErrorCode.PreconditionFailed, "For reasons of its own.");
        int attempts = 0;
        backend.Put = (_, _) => ++attempts > 0 ? throw refusal : throw new InvalidOperationException();

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("k", Small, new PutOptions { IfMatch = old.ETag }));

        Assert.That(error, Is.SameAs(refusal));
        Assert.That(attempts, Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_that_cannot_be_replayed_is_not_written_twice()
    {
        var backend = new ScriptedBackend(new StorageCapabilities { StreamsPuts = true, ComparesETags = false });
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        int attempts = 0;
        backend.Put = async (request, token) =>
        {
            attempts++;
            await PutBehindAsync(backend, "old"u8.ToArray());
            return await backend.Real.PutAsync(request, token);
        };

        await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed,
            () => bucket.PutAsync("k", new SequentialSource(Bytes.Of(20)), new PutOptions { IfMatch = old.ETag }));

        Assert.That(attempts, Is.EqualTo(1));
    }

    [Test]
    public async Task IfMatch_where_there_is_no_object_is_PreconditionFailed_everywhere(
        [Values] bool compares, [Values("abc", "*")] string etag)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { ComparesETags = compares });
        Bucket bucket = Stores.Over(backend);
        await bucket.PutAsync("source", Small);

        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("k", Small, new PutOptions { IfMatch = etag }));
        await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed,
            () => bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "source"), "k", new CopyOptions { IfMatch = etag }));
        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => bucket.DeleteAsync("k", new DeleteOptions { IfMatch = etag }));
        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task IfMatch_any_writes_over_whatever_is_there([Values] bool compares)
    {
        Bucket bucket = Stores.Over(new ScriptedBackend(new StorageCapabilities { ComparesETags = compares }));
        await bucket.PutAsync("k", "old"u8.ToArray());
        await bucket.PutAsync("k", Small, new PutOptions { IfMatch = "*" });
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Small));
        await bucket.DeleteAsync("k", new DeleteOptions { IfMatch = "*" });
        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task ETag_and_revision_asked_together_must_both_hold([Values] bool compares)
    {
        Bucket bucket = Stores.Over(new ScriptedBackend(new StorageCapabilities { ComparesETags = compares }));
        ObjectProperties first = await bucket.PutAsync("k", Small);
        ObjectProperties second = await bucket.PutAsync("k", Small);
        await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed,
            () => bucket.PutAsync("k", Small, new PutOptions { IfMatch = first.ETag, IfRevision = first.Revision }));
        await bucket.PutAsync("k", Small, new PutOptions { IfMatch = first.ETag, IfRevision = second.Revision });
    }

    [Test]
    public async Task A_conditional_delete_whose_answer_was_lost_is_success_when_the_object_is_gone()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = async (request, token) =>
        {
            await backend.Real.DeleteAsync(request, token);
            throw Unknown(StorageErrorCode.PreconditionFailed);
        };

        await bucket.DeleteAsync("k", new DeleteOptions { IfRevision = old.Revision });

        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task A_conditional_delete_that_failed_is_reported_when_the_object_is_still_there()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = static (_, _) => throw Unknown(StorageErrorCode.ServiceUnavailable);
        await Catch.CodeAsync(
            StorageErrorCode.ServiceUnavailable, () => bucket.DeleteAsync("k", new DeleteOptions { IfRevision = old.Revision }));
    }

    [Test]
    public async Task When_it_cannot_be_seen_whether_a_delete_took_effect_its_own_failure_is_reported([Values] bool timesOut)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = static (_, _) => throw Unknown(StorageErrorCode.ServiceUnavailable);
        backend.Head = (_, _) =>
            throw (timesOut ? new TaskCanceledException() : new StorageException(StorageErrorCode.AccessDenied, "No heads."));
        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.ServiceUnavailable, () => bucket.DeleteAsync("k", new DeleteOptions { IfRevision = old.Revision }));
        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task Cancelling_after_the_delete_was_sent_says_that_the_outcome_is_unknown([Values] bool conditional)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        using var cancel = new CancellationTokenSource();
        backend.Delete = async (request, token) =>
        {
            await backend.Real.DeleteAsync(request, token);
            await cancel.CancelAsync();
            throw new OperationCanceledException(cancel.Token);
        };

        OperationCanceledException cancelled = await Catch.AsyncAs<OperationCanceledException>(
            () => bucket.DeleteAsync("k", new DeleteOptions { IfRevision = conditional ? old.Revision : null }, cancel.Token));

        Assert.That((cancelled.InnerException as StorageException)?.IsOutcomeUnknown, Is.True);
        Assert.That(cancelled.CancellationToken, Is.EqualTo(cancel.Token));
    }

    [Test]
    public async Task Cancelling_before_the_delete_is_sent_is_plain_cancellation_and_sends_nothing([Values] bool compares)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { ComparesETags = compares });
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        OperationCanceledException cancelled = await Catch.AsyncAs<OperationCanceledException>(
            () => bucket.DeleteAsync("k", new DeleteOptions { IfMatch = old.ETag }, cancel.Token));

        Assert.That(cancelled.InnerException, Is.Not.TypeOf<StorageException>());
        Assert.That(backend.Count("Delete"), Is.Zero);
        Assert.That(await bucket.ExistsAsync("k"), Is.True);
    }

    [Test]
    public async Task Cancelling_while_it_is_seen_whether_a_delete_took_effect_says_that_the_outcome_is_unknown()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        using var cancel = new CancellationTokenSource();
        backend.Delete = static (_, _) => throw Unknown(StorageErrorCode.ServiceUnavailable);
        backend.Head = (_, _) =>
        {
            cancel.Cancel();
            throw new OperationCanceledException(cancel.Token);
        };

        OperationCanceledException cancelled = await Catch.AsyncAs<OperationCanceledException>(
            () => bucket.DeleteAsync("k", new DeleteOptions { IfRevision = old.Revision }, cancel.Token));

        Assert.That((cancelled.InnerException as StorageException)?.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task An_answer_to_a_delete_that_never_came_is_success_when_the_object_is_gone_and_else_a_timeout([Values] bool landed)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = async (request, token) =>
        {
            if (landed)
            {
                await backend.Real.DeleteAsync(request, token);
            }

            throw new TaskCanceledException("The HTTP client waited long enough.");
        };
        Task DeleteAsync() => bucket.DeleteAsync("k", new DeleteOptions { IfRevision = old.Revision });

        if (landed)
        {
            await DeleteAsync();
        }
        else
        {
            Assert.That((await Catch.CodeAsync(StorageErrorCode.RequestTimeout, DeleteAsync)).IsOutcomeUnknown, Is.True);
        }

        Assert.That(await bucket.ExistsAsync("k"), Is.EqualTo(!landed));
    }

    [Test]
    public async Task A_delete_on_an_ETag_follows_the_object_when_only_its_revision_moved()
    {
        var backend = new ScriptedBackend(new StorageCapabilities { ComparesETags = false });
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        int attempts = 0;
        backend.Delete = async (request, token) =>
        {
            if (++attempts == 1)
            {
                await PutBehindAsync(backend, Small);
            }

            await backend.Real.DeleteAsync(request, token);
        };

        await bucket.DeleteAsync("k", new DeleteOptions { IfMatch = old.ETag });

        Assert.That(attempts, Is.EqualTo(2));
        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task A_delete_on_an_ETag_spares_an_object_replaced_in_between()
    {
        var backend = new ScriptedBackend(new StorageCapabilities { ComparesETags = false });
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = async (request, token) =>
        {
            await PutBehindAsync(backend, "theirs"u8.ToArray());
            await backend.Real.DeleteAsync(request, token);
        };

        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => bucket.DeleteAsync("k", new DeleteOptions { IfMatch = old.ETag }));

        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo("theirs"u8.ToArray()));
    }

    [Test]
    public async Task Where_deletes_take_no_condition_one_is_NotSupported_and_nothing_was_done()
    {
        var backend = new ScriptedBackend(new StorageCapabilities { DeletesConditionally = false });
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        await Catch.CodeAsync(
            StorageErrorCode.NotSupported, () => bucket.DeleteAsync("k", new DeleteOptions { IfRevision = old.Revision }));
        await Catch.CodeAsync(StorageErrorCode.NotSupported, () => bucket.DeleteAsync("k", new DeleteOptions { IfMatch = old.ETag }));
        StorageException move = await Catch.CodeAsync(StorageErrorCode.NotSupported, () => bucket.MoveAsync("k", "other"));
        Assert.That(move.Message, Does.Contain("MoveOptions.AllowRace"));
        Assert.That(backend.Calls, Is.EqualTo(new[] { "Put" }));

        await bucket.DeleteAsync("k");
        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task Completing_again_returns_what_it_made_while_that_is_there([Values] bool ifAbsent)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        PartInfo part = await upload.UploadPartAsync(1, Small);
        var options = new CompleteOptions { IfAbsent = ifAbsent };
        ObjectProperties made = await upload.CompleteAsync([part], options);

        ObjectProperties again = await bucket.GetMultipartUpload("k", upload.UploadId).CompleteAsync([part], options);
        Assert.That((again.ETag, again.Revision), Is.EqualTo((made.ETag, made.Revision)));

        await bucket.PutAsync("k", "theirs"u8.ToArray());
        await Catch.CodeAsync(
            StorageErrorCode.NoSuchUpload,
            () => upload.CompleteAsync([part], options));
    }

    [Test]
    public async Task Completing_again_on_an_ETag_that_it_has_itself_replaced_returns_what_it_made([Values] bool compares)
    {
        Bucket bucket = Stores.Over(new ScriptedBackend(new StorageCapabilities { ComparesETags = compares }));
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        PartInfo part = await upload.UploadPartAsync(1, Small);
        var options = new CompleteOptions { IfMatch = old.ETag };
        ObjectProperties made = await upload.CompleteAsync([part], options);
        Assert.That((await upload.CompleteAsync([part], options)).Revision, Is.EqualTo(made.Revision));
    }

    [Test]
    public async Task Another_revision_after_a_lost_delete_is_PreconditionFailed_of_unknown_outcome(
        [Values(StorageErrorCode.ServiceUnavailable, StorageErrorCode.PreconditionFailed)] StorageErrorCode code,
        [Values] bool byETag,
        [Values] bool compares)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { ComparesETags = compares });
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = async (_, _) =>
        {
            await PutBehindAsync(backend, "theirs"u8.ToArray());
            throw Unknown(code);
        };

        StorageException error = await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => bucket.DeleteAsync("k", On(old, byETag)));

        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(backend.Count("Delete"), Is.EqualTo(1));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo("theirs"u8.ToArray()));
    }

    [Test]
    public async Task A_lost_delete_whose_object_is_still_there_is_sent_again_after_a_pause(
        [Values(StorageErrorCode.ServiceUnavailable, StorageErrorCode.PreconditionFailed)] StorageErrorCode code,
        [Values] bool byETag,
        [Values] bool compares)
    {
        var time = new ManualTime(jumps: true);
        var backend = new ScriptedBackend(new StorageCapabilities { ComparesETags = compares });
        Bucket bucket = Stores.Over(backend, time: time);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = (request, token) => backend.Count("Delete") == 1 ? throw Unknown(code) : backend.Real.DeleteAsync(request, token);

        await bucket.DeleteAsync("k", On(old, byETag));

        Assert.That(await bucket.ExistsAsync("k"), Is.False);
        Assert.That(backend.Count("Delete"), Is.EqualTo(2));
        Assert.That(time.Waits, Has.Count.EqualTo(1).And.All.LessThanOrEqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task A_delete_that_is_lost_each_time_is_sent_twice_and_its_outcome_is_unknown()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, time: new ManualTime(jumps: true));
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = static (_, _) => throw Unknown(StorageErrorCode.ServiceUnavailable);

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.ServiceUnavailable, () => bucket.DeleteAsync("k", On(old, byETag: false)));

        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(backend.Count("Delete"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_delete_is_not_sent_again_when_the_service_asks_for_a_long_wait()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, time: new ManualTime(jumps: true));
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = static (_, _) =>
            throw new StorageException(StorageErrorCode.ServiceUnavailable, "Later.")
            {
                IsOutcomeUnknown = true,
                RetryAfter = TimeSpan.FromMinutes(1),
            };

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.ServiceUnavailable, () => bucket.DeleteAsync("k", On(old, byETag: false)));

        Assert.That((error.IsOutcomeUnknown, error.RetryAfter), Is.EqualTo((true, TimeSpan.FromMinutes(1))));
        Assert.That(backend.Count("Delete"), Is.EqualTo(1));
    }

    [Test]
    public async Task Where_revisions_repeat_a_lost_delete_is_sent_again_only_when_the_caller_named_the_ETag(
        [Values] bool byETag, [Values] bool compares)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { ComparesETags = compares, RevisionsRepeat = true });
        Bucket bucket = Stores.Over(backend, time: new ManualTime(jumps: true));
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = static (_, _) => throw Unknown(StorageErrorCode.ServiceUnavailable);

        StorageException error = await Catch.CodeAsync(StorageErrorCode.ServiceUnavailable, () => bucket.DeleteAsync("k", On(old, byETag)));

        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(backend.Count("Delete"), Is.EqualTo(byETag ? 2 : 1), "what is there may be a newer object with the same bytes");
        Assert.That(await bucket.ExistsAsync("k"), Is.True);
    }

    [Test]
    public async Task A_refused_delete_that_was_sent_once_is_definite_and_costs_no_look()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        await bucket.PutAsync("k", Small);

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.DeleteAsync("k", new DeleteOptions { IfRevision = "another" }));

        Assert.That(error.IsOutcomeUnknown, Is.False);
        Assert.That(backend.Calls, Is.EqualTo(new[] { "Put", "Delete" }));
    }

    [Test]
    public async Task A_refusal_of_the_second_sending_is_looked_into_because_the_first_may_have_come_late()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, time: new ManualTime(jumps: true));
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = async (request, token) =>
        {
            if (backend.Count("Delete") == 1)
            {
                throw Unknown(StorageErrorCode.ServiceUnavailable);
            }

            // The first sending arrives now, and the second finds nothing.
            await backend.Real.DeleteAsync(request, token);
            throw new StorageException(StorageErrorCode.PreconditionFailed, "There is no object.");
        };

        await bucket.DeleteAsync("k", On(old, byETag: false));

        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task Any_failure_of_the_second_sending_leaves_the_outcome_of_the_first_unknown()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, time: new ManualTime(jumps: true));
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = (_, _) => throw (backend.Count("Delete") == 1
            ? Unknown(StorageErrorCode.ServiceUnavailable)
            : new StorageException(StorageErrorCode.AccessDenied, "No more.") { Status = 403, RequestId = "r-2" });

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.AccessDenied, () => bucket.DeleteAsync("k", On(old, byETag: false)));

        Assert.That((error.IsOutcomeUnknown, error.Status, error.RequestId), Is.EqualTo((true, 403, "r-2")));
    }

    [Test]
    public async Task A_delete_that_the_service_does_not_have_is_no_success_though_nothing_is_there()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        backend.Delete = static (_, _) => throw new StorageException(StorageErrorCode.NotSupported, "Not implemented.")
        {
            Status = 501,
            IsOutcomeUnknown = UpstreamErrors.IsOutcomeUnknown(501, mayHaveLanded: true),
        };

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.NotSupported, () => bucket.DeleteAsync("k", new DeleteOptions { IfRevision = "one" }));

        Assert.That(error.IsOutcomeUnknown, Is.False);
    }

    [Test]
    public async Task A_move_whose_delete_was_lost_follows_the_rules_of_deletes([Values] bool landed, [Values] bool repeats)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { RevisionsRepeat = repeats });
        Bucket bucket = Stores.Over(backend, time: new ManualTime(jumps: true));
        await bucket.PutAsync("source", Small);
        backend.Delete = async (request, token) =>
        {
            if (landed)
            {
                await backend.Real.DeleteAsync(request, token);
            }
            else if (backend.Count("Delete") > 1)
            {
                await backend.Real.DeleteAsync(request, token);
                return;
            }

            throw Unknown(StorageErrorCode.PreconditionFailed);
        };

        if (repeats && !landed)
        {
            Assert.That(
                (await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => bucket.MoveAsync("source", "k"))).IsOutcomeUnknown,
                Is.True);
        }
        else
        {
            await bucket.MoveAsync("source", "k");
        }

        Assert.That(await bucket.ExistsAsync("source"), Is.EqualTo(repeats && !landed));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Small));
    }

    [Test]
    public async Task An_object_that_is_replaced_without_end_ends_a_write_on_its_ETag([Values] Write write)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        int attempts = 0;
        Interfere(
            backend, () => ++attempts > 100 ? throw new AssertionException("without end") : PutBehindAsync(backend, "old"u8.ToArray()));

        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => WriteIfMatchAsync(bucket, write, old.ETag));

        Assert.That(attempts, Is.EqualTo(10));
    }

    [Test]
    public async Task An_object_that_is_replaced_without_end_ends_a_delete_on_its_ETag()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", Small);
        backend.Delete = async (request, token) =>
        {
            await PutBehindAsync(backend, backend.Count("Delete") > 100 ? throw new AssertionException("without end") : Small);
            await backend.Real.DeleteAsync(request, token);
        };

        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => bucket.DeleteAsync("k", On(old, byETag: true)));

        Assert.That(backend.Count("Delete"), Is.EqualTo(10));
    }

    [Test]
    public async Task Another_ones_object_after_a_lost_write_on_an_ETag_leaves_the_outcome_unknown([Values] Write write)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        OvertakeAndFail(backend, Unknown(StorageErrorCode.PreconditionFailed));

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed, () => WriteIfMatchAsync(bucket, write, old.ETag));

        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task A_write_on_an_ETag_that_landed_late_is_recognised_when_its_second_sending_is_refused()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        PutRequest? first = null;
        backend.Put = async (request, token) =>
        {
            if (first is null)
            {
                // Lost, and the object moves on to another revision of the same bytes.
                first = request;
                await PutBehindAsync(backend, "old"u8.ToArray());
                throw Unknown(StorageErrorCode.PreconditionFailed);
            }

            // The first sending arrives now.
            await backend.Real.PutAsync(first with { Condition = default }, token);
            return await backend.Real.PutAsync(request, token);
        };

        ObjectProperties stored = await bucket.PutAsync("k", Small, new PutOptions { IfMatch = old.ETag });

        Assert.That(stored.Revision, Is.EqualTo((await bucket.HeadAsync("k")).Revision));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Small));
    }

    [Test]
    public async Task A_completion_of_an_ended_upload_is_of_unknown_outcome_when_its_object_cannot_be_looked_at()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        PartInfo part = await upload.UploadPartAsync(1, Small);
        await upload.CompleteAsync([part]);
        FailHeads(backend, static () => new StorageException(StorageErrorCode.ServiceUnavailable, "No heads."));

        Assert.That((await Catch.CodeAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([part]))).IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task A_completion_whose_parts_another_one_deletes_meanwhile_returns_what_that_made()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        PartInfo part = await upload.UploadPartAsync(1, Small);
        ObjectProperties? theirs = null;
        backend.Complete = async (request, token) =>
        {
            theirs = await backend.Real.CompleteUploadAsync(request, token);
            throw new StorageException(StorageErrorCode.InvalidPart, "The part is gone.");
        };

        ObjectProperties made = await upload.CompleteAsync([part]);

        Assert.That(made.Revision, Is.EqualTo(theirs!.Revision));
    }

    [Test]
    public async Task A_completion_with_a_part_that_was_never_uploaded_is_InvalidPart_and_leaves_the_object_of_others()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        PartInfo part = await upload.UploadPartAsync(1, Small);

        await Catch.CodeAsync(StorageErrorCode.InvalidPart, () => upload.CompleteAsync([part with { PartNumber = 2 }]));

        Assert.That((await bucket.HeadAsync("k")).Revision, Is.EqualTo(old.Revision));
        Assert.That((await upload.CompleteAsync([part])).Size, Is.EqualTo(Small.Length));
    }

    [Test]
    public async Task An_answer_without_proof_is_no_success([Values("no ETag", "no revision", "another size", "another ETag")] string flaw)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        backend.Put = async (request, token) => Spoil(await backend.Real.PutAsync(request, token), flaw);

        StorageException error = await Catch.CodeAsync(StorageErrorCode.InternalError, () => bucket.PutAsync("k", Small));

        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task An_answer_without_proof_to_a_completion_of_our_own_is_no_success(
        [Values("no ETag", "no revision", "another size", "another ETag")] string flaw)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        backend.Complete = async (request, token) =>
        {
            ObjectProperties made = await backend.Real.CompleteUploadAsync(request, token);
            await PutBehindAsync(backend, "theirs"u8.ToArray());
            return Spoil(made, flaw);
        };

        StorageException error = await Catch.CodeAsync(StorageErrorCode.InternalError, () => bucket.PutAsync("k", Bytes.Of(50)));

        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task An_answer_without_proof_to_a_write_with_a_token_is_looked_into()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        backend.Put = async (request, token) => Spoil(await backend.Real.PutAsync(request, token), "no ETag");

        ObjectProperties stored = await bucket.PutAsync("k", Small, CreateOnly);

        Assert.That(stored.ETag, Is.EqualTo(Bytes.Md5(Small)));
    }

    private static DeleteOptions On(ObjectProperties stored, bool byETag) =>
        byETag ? new DeleteOptions { IfMatch = stored.ETag } : new DeleteOptions { IfRevision = stored.Revision };

    private static ObjectProperties Spoil(ObjectProperties stored, string flaw) => flaw switch
    {
        "no ETag" => stored with { ETag = "" },
        "no revision" => stored with { Revision = "" },
        "another size" => stored with { Size = stored.Size + 1 },
        _ => stored with { ETag = "0123456789abcdef0123456789abcdef" },
    };

    private static StorageException Unknown(StorageErrorCode code) => new(code, "The answer was lost.") { IsOutcomeUnknown = true };

    private static async Task<Bucket> PrepareAsync(ScriptedBackend backend, TestLogger? logger = null)
    {
        Bucket bucket = Stores.Over(backend, PartSize, logger: logger);
        await bucket.PutAsync("source", "source"u8.ToArray());
        return bucket;
    }

    private static async Task<ObjectProperties> WriteAsync(
        Bucket bucket, Write write, bool conditional = true, CancellationToken cancellationToken = default)
    {
        switch (write)
        {
            case Write.Put:
                return await bucket.PutAsync("k", Small, new PutOptions { IfAbsent = conditional }, cancellationToken);
            case Write.PutInParts:
                return await bucket.PutAsync("k", Bytes.Of(50), new PutOptions { IfAbsent = conditional }, cancellationToken);
            case Write.Copy:
                return await bucket.CopyAsync(
                    new ObjectAddress(Stores.Bucket, "source"), "k", new CopyOptions { IfAbsent = conditional }, cancellationToken);
            default:
                MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k", cancellationToken: cancellationToken);
                PartInfo part = await upload.UploadPartAsync(1, Small, cancellationToken: cancellationToken);
                return await upload.CompleteAsync([part], new CompleteOptions { IfAbsent = conditional }, cancellationToken);
        }
    }

    private static async Task<ObjectProperties> WriteIfMatchAsync(Bucket bucket, Write write, string etag)
    {
        switch (write)
        {
            case Write.Put:
                return await bucket.PutAsync("k", Small, new PutOptions { IfMatch = etag });
            case Write.PutInParts:
                return await bucket.PutAsync("k", Bytes.Of(50), new PutOptions { IfMatch = etag });
            case Write.Copy:
                return await bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "source"), "k", new CopyOptions { IfMatch = etag });
            default:
                MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
                PartInfo part = await upload.UploadPartAsync(1, Small);
                return await upload.CompleteAsync([part], new CompleteOptions { IfMatch = etag });
        }
    }

    /// <summary>Writes take effect, and their answer is this.</summary>
    private static void LoseTheAnswer(ScriptedBackend backend, Func<Exception> answer)
    {
        backend.Put = async (request, _) =>
        {
            await backend.Real.PutAsync(request, CancellationToken.None);
            throw answer();
        };
        backend.Copy = async (request, _) =>
        {
            await backend.Real.CopyAsync(request, CancellationToken.None);
            throw answer();
        };
        backend.Complete = async (request, _) =>
        {
            await backend.Real.CompleteUploadAsync(request, CancellationToken.None);
            throw answer();
        };
    }

    /// <summary>Somebody else writes, and ours fails.</summary>
    private static void OvertakeAndFail(ScriptedBackend backend, StorageException failure)
    {
        backend.Put = async (_, _) =>
        {
            await PutBehindAsync(backend, "theirs"u8.ToArray());
            throw failure;
        };
        backend.Copy = async (_, _) =>
        {
            await PutBehindAsync(backend, "theirs"u8.ToArray());
            throw failure;
        };
        backend.Complete = async (_, _) =>
        {
            await PutBehindAsync(backend, "theirs"u8.ToArray());
            throw failure;
        };
    }

    /// <summary>Something happens just before each write arrives.</summary>
    private static void Interfere(ScriptedBackend backend, Func<Task> interfere)
    {
        backend.Put = async (request, token) =>
        {
            await interfere();
            return await backend.Real.PutAsync(request, token);
        };
        backend.Copy = async (request, token) =>
        {
            await interfere();
            return await backend.Real.CopyAsync(request, token);
        };
        backend.Complete = async (request, token) =>
        {
            await interfere();
            return await backend.Real.CompleteUploadAsync(request, token);
        };
    }

    private static void Watch(ScriptedBackend backend, Action<WriteCondition> sent)
    {
        backend.Put = (request, token) =>
        {
            sent(request.Condition);
            return backend.Real.PutAsync(request, token).AsTask();
        };
        backend.Copy = (request, token) =>
        {
            sent(request.Condition);
            return backend.Real.CopyAsync(request, token);
        };
        backend.Complete = (request, token) =>
        {
            sent(request.Condition);
            return backend.Real.CompleteUploadAsync(request, token);
        };
    }

    /// <summary>The destination cannot be looked at; a copy's source can.</summary>
    private static void FailHeads(ScriptedBackend backend, Func<Exception> failure) =>
        backend.Head = (request, token) => request.Key == Address.Key ? throw failure() : backend.Real.HeadAsync(request, token);

    private static async Task<ObjectProperties> PutBehindAsync(ScriptedBackend backend, byte[] bytes) => await backend.Real.PutAsync(
        new PutRequest { Bucket = Stores.Bucket, Key = "k", Body = StorageBody.FromBytes(bytes), WriteToken = "theirs" },
        CancellationToken.None);
}
