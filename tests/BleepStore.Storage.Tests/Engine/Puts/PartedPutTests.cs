using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Puts;

public class PartedPutTests
{
    private const int PartSize = 8;

    [Test]
    public async Task As_many_parts_are_under_way_as_allowed_and_no_more(
        [Values(1, 2, 5)] int concurrency, [Values] bool seekable, [Values] bool isFrugal)
    {
        int buffered = isFrugal ? 1 : concurrency;

        // Parts that can be read again take no memory and are not limited by it.
        int allowed = seekable ? concurrency : buffered;
        var backend = new ScriptedBackend();
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int underWay = 0, peak = 0;
        backend.UploadPart = async (request, token) =>
        {
            int now = Interlocked.Increment(ref underWay);
            lock (full)
            {
                peak = Math.Max(peak, now);
            }

            if (now == allowed)
            {
                full.TrySetResult();
            }

            await full.Task;
            PartInfo part = await backend.Real.UploadPartAsync(request, token);
            Interlocked.Decrement(ref underWay);
            return part;
        };

        byte[] bytes = Bytes.Of(PartSize * 20);
        Bucket bucket = Stores.Over(backend, PartSize, concurrency: concurrency, buffered: buffered);
        await bucket.PutAsync("k", seekable ? new MemoryStream(bytes) : new SequentialSource(bytes));

        Assert.That(peak, Is.EqualTo(allowed));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(bytes));
    }

    [Test]
    public async Task A_source_of_unknown_length_is_read_no_further_ahead_than_the_memory_allows(
        [Values(1, 3)] int concurrency, [Values(8, 40)] int threshold)
    {
        const int budget = PartSize;
        var backend = new ScriptedBackend();
        long stored = 0;
        long ahead = 0;
        backend.UploadPart = async (request, token) =>
        {
            for (int turn = 0; turn < 20; turn++)
            {
                await Task.Yield();
            }

            PartInfo part = await backend.Real.UploadPartAsync(request, token);
            Interlocked.Add(ref stored, part.Size);
            return part;
        };
        byte[] bytes = Bytes.Of(2000);
        var source = new SequentialSource(bytes, chunk: 3)
        {
            BeforeRead = (delivered, _) =>
            {
                ahead = Math.Max(ahead, delivered - Interlocked.Read(ref stored));
                return Task.CompletedTask;
            },
        };

        await Stores.Over(backend, PartSize, threshold, concurrency).PutAsync("k", source);

        // The collected parts, which show whether the object fits under the threshold, are read ahead by design, in temporary files if
        // necessary.
        Assert.That(ahead, Is.LessThanOrEqualTo(Math.Max(budget * concurrency, threshold + PartSize)));
    }

    [Test]
    public async Task After_a_failed_part_the_upload_is_aborted_and_nothing_is_completed(
        [Values(1, 2, 5)] int failing, [Values] bool seekable)
    {
        var backend = new ScriptedBackend();
        backend.UploadPart = (request, token) =>
            request.PartNumber == failing
                ? throw new StorageException(StorageErrorCode.AccessDenied, "Not this one.")
                : backend.Real.UploadPartAsync(request, token);
        Bucket bucket = Stores.Over(backend, PartSize);
        byte[] bytes = Bytes.Of(100);

        await Catch.CodeAsync(
            StorageErrorCode.AccessDenied, () => bucket.PutAsync("k", seekable ? new MemoryStream(bytes) : new SequentialSource(bytes)));

        Assert.That((backend.Count("Abort"), backend.Count("Complete")), Is.EqualTo((1, 0)));
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task The_abort_goes_out_even_when_the_caller_has_cancelled()
    {
        var backend = new ScriptedBackend();
        using var cancel = new CancellationTokenSource();
        backend.UploadPart = async (request, token) =>
        {
            await cancel.CancelAsync();
            await Until.CancelledAsync(token);
            return new PartInfo { PartNumber = request.PartNumber, ETag = "" };
        };
        bool? abortCancelled = null;
        backend.Abort = (request, token) =>
        {
            abortCancelled = token.IsCancellationRequested;
            return backend.Real.AbortUploadAsync(request, token);
        };
        Bucket bucket = Stores.Over(backend, PartSize);

        await Catch.AsyncAs<OperationCanceledException>(
            () => bucket.PutAsync("k", new MemoryStream(Bytes.Of(50)), cancellationToken: cancel.Token));

        Assert.That(abortCancelled, Is.False);
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task The_abort_does_not_begin_before_every_part_has_ended()
    {
        var backend = new ScriptedBackend();
        int underWay = 0;
        int underWayAtAbort = -1;
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.UploadPart = async (request, token) =>
        {
            Interlocked.Increment(ref underWay);
            try
            {
                if (request.PartNumber == 1)
                {
                    await both.Task;
                    throw new StorageException(StorageErrorCode.AccessDenied, "No.");
                }

                both.TrySetResult();
                await Until.CancelledAsync(token);
                return new PartInfo { PartNumber = request.PartNumber, ETag = "" };
            }
            finally
            {
                Interlocked.Decrement(ref underWay);
            }
        };
        backend.Abort = (_, _) =>
        {
            underWayAtAbort = Volatile.Read(ref underWay);
            return Task.CompletedTask;
        };

        await Catch.CodeAsync(
            StorageErrorCode.AccessDenied,
            () => Stores.Over(backend, PartSize, concurrency: 2).PutAsync("k", new MemoryStream(Bytes.Of(100))));

        Assert.That(underWayAtAbort, Is.Zero);
    }

    [Test]
    public async Task The_failure_that_came_first_is_reported_and_not_what_it_caused()
    {
        var backend = new ScriptedBackend();
        var others = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int waiting = 0;
        backend.UploadPart = async (request, token) =>
        {
            if (request.PartNumber == 3)
            {
                await others.Task;
                throw new StorageException(StorageErrorCode.AccessDenied, "This was first.");
            }

            if (Interlocked.Increment(ref waiting) == 2)
            {
                others.SetResult();
            }

            await Until.CancelledAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new StorageException(StorageErrorCode.ServiceUnavailable, "The connection went away with the others.");
        };

        await Catch.CodeAsync(
            StorageErrorCode.AccessDenied,
            () => Stores.Over(backend, PartSize, concurrency: 3).PutAsync("k", new MemoryStream(Bytes.Of(100))));
    }

    [Test]
    public async Task A_source_that_fails_because_a_part_did_is_not_what_is_reported()
    {
        var backend = new ScriptedBackend();
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.UploadPart = async (_, _) =>
        {
            await reading.Task;
            throw new StorageException(StorageErrorCode.AccessDenied, "This was first.");
        };
        var source = new SequentialSource(Bytes.Of(100), chunk: 8)
        {
            BeforeRead = async (at, token) =>
            {
                if (at < 16)
                {
                    return;
                }

                reading.TrySetResult();
                await Until.CancelledAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new IOException("The read was interrupted.");
            },
        };

        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => Stores.Over(backend, PartSize, concurrency: 3).PutAsync("k", source));
    }

    [Test]
    public async Task An_abort_that_fails_is_logged_and_the_first_failure_reported()
    {
        var logger = new TestLogger();
        var backend = new ScriptedBackend();
        backend.UploadPart = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.");
        backend.Abort = static (_, _) => throw new StorageException(StorageErrorCode.ServiceUnavailable, "Neither.");

        await Catch.CodeAsync(
            StorageErrorCode.AccessDenied,
            () => Stores.Over(backend, PartSize, logger: logger).PutAsync("k", new MemoryStream(Bytes.Of(50))));

        Assert.That(logger.Lines.Select(static line => line.EventId), Does.Contain(5));
    }

    [Test]
    public async Task An_abort_that_never_ends_is_given_up()
    {
        var time = new ManualTime(jumps: true);
        var backend = new ScriptedBackend();
        backend.UploadPart = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.");
        backend.Abort = static (_, token) => Until.CancelledAsync(token);

        await Catch.CodeAsync(
            StorageErrorCode.AccessDenied, () => Stores.Over(backend, PartSize, time: time).PutAsync("k", new MemoryStream(Bytes.Of(50))));

        Assert.That(time.Waits, Is.EqualTo(new[] { TimeSpan.FromSeconds(30) }));
    }

    [Test]
    public async Task An_upload_that_the_failed_commit_ended_needs_no_abort_and_no_warning()
    {
        var logger = new TestLogger();
        var backend = new ScriptedBackend();
        backend.Complete = async (request, token) =>
        {
            await backend.Real.AbortUploadAsync(
                new AbortUploadRequest { Bucket = request.Bucket, Key = request.Key, UploadId = request.UploadId }, token);
            throw new StorageException(StorageErrorCode.UploadInvalidated, "Gone.");
        };

        await Catch.CodeAsync(
            StorageErrorCode.UploadInvalidated,
            () => Stores.Over(backend, PartSize, logger: logger).PutAsync("k", new SequentialSource(Bytes.Of(50))));

        Assert.That(logger.Lines.Select(static line => line.EventId), Has.None.EqualTo(5));
    }

    [Test]
    public async Task Ten_thousand_parts_are_stored_and_one_more_byte_is_EntityTooLarge()
    {
        const int most = 1000 * 1023;
        byte[] bytes = new byte[most + 1];
        var backend = new ScriptedBackend();
        backend.UploadPart = static (request, _) => Task.FromResult(new PartInfo
        {
            PartNumber = request.PartNumber,
            ETag = request.Body.ETag,
            Size = request.Body.Length!.Value,
        });
        backend.Complete = static (request, _) => Task.FromResult(
            new ObjectProperties
            {
                Key = request.Key,
                Size = request.Parts.Sum(static part => part.Size),
                ETag = ETags.Compose(request.Parts),
                Revision = "1",
                LastModified = default,
            });
        Bucket bucket = Stores.Over(backend, partSize: 1);

        ObjectProperties stored = await bucket.PutAsync("k", bytes.AsMemory(0, most));
        Assert.That((stored.Size, stored.ETag[32..]), Is.EqualTo((most, "-10000")));

        StorageException error = await Catch.CodeAsync(StorageErrorCode.EntityTooLarge, () => bucket.PutAsync("k", bytes));
        Assert.That(error.Message, Does.Contain("PartSize"));
        Assert.That(backend.Count("Abort"), Is.EqualTo(1));
    }

    [Test]
    public async Task Every_upload_carries_a_token_of_its_own()
    {
        var backend = new ScriptedBackend();
        var tokens = new List<string>();
        backend.CreateUpload = (request, token) =>
        {
            tokens.Add(request.WriteToken);
            return backend.Real.CreateUploadAsync(request, token);
        };
        Bucket bucket = Stores.Over(backend, PartSize);
        await bucket.PutAsync("k", Bytes.Of(50));
        await bucket.PutAsync("k", Bytes.Of(50));

        Assert.That(tokens, Has.Count.EqualTo(2).And.Unique.And.All.Matches("^[A-Za-z0-9_-]{22}$"));
    }

    [Test]
    public async Task Conditions_are_tested_when_the_parts_are_put_together([Values] bool compares)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { ComparesETags = compares });
        Bucket bucket = Stores.Over(backend, PartSize);
        ObjectProperties old = await bucket.PutAsync("k", "old"u8.ToArray());

        await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("k", Bytes.Of(50), new PutOptions { IfAbsent = true }));
        await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.PutAsync("k", Bytes.Of(50), new PutOptions { IfMatch = "other" }));
        Assert.That((await bucket.HeadAsync("k")).Revision, Is.EqualTo(old.Revision));
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);

        await bucket.PutAsync("k", Bytes.Of(50), new PutOptions { IfMatch = old.ETag, IfRevision = old.Revision });
        Assert.That((await bucket.HeadAsync("k")).Size, Is.EqualTo(50));
    }

    [Test]
    public async Task A_failure_before_the_commit_leaves_no_doubt(
        [Values("begin", "part")] string step, [Values("unknown", "timeout", "unforeseen")] string kind)
    {
        var backend = new ScriptedBackend();
        Exception Failure() => kind switch
        {
            "unknown" => new StorageException(StorageErrorCode.ServiceUnavailable, "The connection was cut.")
            {
                IsOutcomeUnknown = true,
                Status = 503,
                RequestId = "r-1",
            },
            "timeout" => new TaskCanceledException("The HTTP client waited long enough."),
            _ => new HttpRequestException("Not mapped."),
        };
        if (step == "begin")
        {
            backend.CreateUpload = (_, _) => throw Failure();
        }
        else
        {
            backend.UploadPart = (_, _) => throw Failure();
        }

        Bucket bucket = Stores.Over(backend, PartSize);

        StorageException error = await Catch.AsyncAs<StorageException>(() => bucket.PutAsync("k", Bytes.Of(50)));

        (StorageErrorCode Code, int? Status, string? Request) expected = kind switch
        {
            "unknown" => (StorageErrorCode.ServiceUnavailable, 503, "r-1"),
            "timeout" => (StorageErrorCode.RequestTimeout, null, null),
            _ => (StorageErrorCode.InternalError, null, null),
        };
        Assert.That((error.Code, error.Status, error.RequestId), Is.EqualTo(expected));
        Assert.That(error.IsOutcomeUnknown, Is.False, "no object can come of parts that nobody puts together");
        Assert.That(error.Message, Does.Not.Contain("may have taken effect"));
    }

    [Test]
    public async Task A_part_that_was_sent_whole_is_waited_for_before_the_abort([Values] bool seekable, [Values] bool cancelled)
    {
        var backend = new ScriptedBackend();
        using var cancel = new CancellationTokenSource();
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool ended = false, endedBeforeAbort = false, givenUp = false;
        backend.UploadPart = async (request, token) =>
        {
            if (request.PartNumber == 1)
            {
                await ReadAsync(request.Body);
                sent.SetResult();
                await Task.WhenAny(answer.Task, Until.CancelledAsync(token));
                givenUp = token.IsCancellationRequested;
                PartInfo part = await backend.Real.UploadPartAsync(
                    request with { Body = StorageBody.FromBytes(new byte[PartSize]) }, CancellationToken.None);
                ended = true;
                return part;
            }

            await sent.Task;

            // The service takes its time over the first part, while the put fails or is cancelled.
            _ = AnswerLaterAsync(answer);
            if (cancelled)
            {
                await cancel.CancelAsync();
                await Until.CancelledAsync(token);
            }

            throw new StorageException(StorageErrorCode.AccessDenied, "No.");
        };
        backend.Abort = (request, token) =>
        {
            endedBeforeAbort = ended;
            return backend.Real.AbortUploadAsync(request, token);
        };
        byte[] bytes = Bytes.Of(PartSize * 6);
        Bucket bucket = Stores.Over(backend, PartSize, concurrency: 2);

        Exception thrown = await Catch.AsyncAs<Exception>(
            () => bucket.PutAsync("k", seekable ? new MemoryStream(bytes) : new SequentialSource(bytes), cancellationToken: cancel.Token));

        Assert.That(thrown, cancelled ? Is.InstanceOf<OperationCanceledException>() : Is.InstanceOf<StorageException>());
        Assert.That((givenUp, endedBeforeAbort), Is.EqualTo((false, true)));
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
        Assert.That(backend.Count("UploadPart"), Is.EqualTo(2), "no part is begun after the stop");
    }

    [Test]
    public async Task A_part_that_was_sent_whole_is_waited_for_ten_seconds_at_most()
    {
        var time = new ManualTime(jumps: true);
        var backend = new ScriptedBackend();
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.UploadPart = async (request, token) =>
        {
            if (request.PartNumber == 2)
            {
                await sent.Task;
                throw new StorageException(StorageErrorCode.AccessDenied, "No.");
            }

            await ReadAsync(request.Body);
            sent.SetResult();
            await Until.CancelledAsync(token);
            return new PartInfo { PartNumber = request.PartNumber, ETag = "" };
        };

        await Catch.CodeAsync(
            StorageErrorCode.AccessDenied,
            () => Stores.Over(backend, PartSize, concurrency: 2, time: time).PutAsync("k", new MemoryStream(Bytes.Of(16))));

        Assert.That(
            time.Waits, Is.EqualTo(new[] { TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30) }), "then the abort has its own limit");
    }

    [Test]
    public async Task A_part_that_is_not_sent_whole_ends_at_once_and_reads_no_more(
        [Values] bool seekable, [Values] bool again, [Values] bool copies)
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        using var cancel = new CancellationTokenSource();
        Exception? read = null;
        backend.UploadPart = async (request, token) =>
        {
            if (request.PartNumber != 1)
            {
                await Until.CancelledAsync(token);
            }

            Stream body = request.Body.Open();
            byte[] buffer = new byte[PartSize / 2];
            await body.ReadExactlyAsync(buffer, CancellationToken.None);
            await cancel.CancelAsync();
            Assert.That(token.IsCancellationRequested, Is.True);
            read = await Catch.AsyncAs<Exception>(async () =>
            {
                body = again ? request.Body.Open() : body;
                if (copies)
                {
                    await body.CopyToAsync(Stream.Null, CancellationToken.None);
                }
                else
                {
                    await body.ReadExactlyAsync(buffer, CancellationToken.None);
                }
            });
            throw read;
        };
        byte[] bytes = Bytes.Of(PartSize * 6);

        await Catch.AsyncAs<OperationCanceledException>(() => Stores.Over(backend, PartSize, concurrency: 2, time: time)
            .PutAsync("k", seekable ? new MemoryStream(bytes) : new SequentialSource(bytes), cancellationToken: cancel.Token));

        Assert.That(read, Is.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task An_upload_whose_beginning_was_not_answered_is_aborted([Values] bool whole, [Values] bool cancelled)
    {
        var backend = new ScriptedBackend();
        using var cancel = new CancellationTokenSource();
        backend.CreateUpload = async (request, _) =>
        {
            await backend.Real.CreateUploadAsync(request, CancellationToken.None);
            if (cancelled)
            {
                await cancel.CancelAsync();
                throw new OperationCanceledException(cancel.Token);
            }

            throw new StorageException(StorageErrorCode.ServiceUnavailable, "The answer was lost.") { IsOutcomeUnknown = true };
        };
        Bucket bucket = Stores.Over(backend, PartSize);

        Exception thrown = await Catch.AsyncAs<Exception>(() => whole
            ? bucket.PutAsync("k", Bytes.Of(50), cancellationToken: cancel.Token)
            : bucket.CreateMultipartUploadAsync("k", cancellationToken: cancel.Token));

        Assert.That(thrown, cancelled ? Is.InstanceOf<OperationCanceledException>() : Is.InstanceOf<StorageException>());
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task An_upload_that_was_certainly_not_begun_is_not_aborted()
    {
        var backend =
            new ScriptedBackend { CreateUpload = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.") };
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => Stores.Over(backend, PartSize).PutAsync("k", Bytes.Of(50)));
        Assert.That(backend.Count("Abort"), Is.Zero);
    }

    private static async Task AnswerLaterAsync(TaskCompletionSource answer)
    {
        // The grace has a signal. That no abort follows it has none, so it takes a wait.
        await Task.Delay(200, CancellationToken.None);
        answer.SetResult();
    }

    private static async Task ReadAsync(StorageBody body)
    {
        await using Stream stream = body.Open();
        await stream.CopyToAsync(Stream.Null);
    }
}
