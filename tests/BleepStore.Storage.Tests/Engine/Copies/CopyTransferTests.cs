using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Engine.Puts;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Copies;

public class CopyTransferTests
{
    private static readonly byte[] Content = Bytes.Of(35);

    private static ObjectAddress Source => new(Stores.Bucket, "source");

    [Test]
    public async Task What_one_request_can_copy_is_copied_in_one([Values(35, 36)] int most)
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most);
        ObjectProperties copy = await bucket.CopyAsync(Source, "k");
        Assert.That((backend.Count("Copy"), backend.Count("CopyPart")), Is.EqualTo((1, 0)));
        Assert.That(copy.Size, Is.EqualTo(35));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Content));
    }

    [Test]
    public async Task What_is_larger_is_copied_by_parts_that_cover_it_exactly([Values(1, 7, 10, 17, 34)] int most)
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most);
        ObjectProperties source = await bucket.HeadAsync("source");
        var parts = new List<CopyPartRequest>();
        backend.CopyPart = (request, token) =>
        {
            lock (parts)
            {
                parts.Add(request);
            }

            return backend.Real.CopyPartAsync(request, token);
        };

        await bucket.CopyAsync(Source, "k");

        parts.Sort(static (one, other) => one.PartNumber - other.PartNumber);
        long offset = 0;
        foreach (CopyPartRequest part in parts)
        {
            Assert.That(part.Range.Offset, Is.EqualTo(offset));
            Assert.That(part.Range.Length, Is.InRange(1, most));
            Assert.That(part.Range.ObjectSize, Is.EqualTo(35));
            Assert.That((part.Source, part.SourceProperties.Revision), Is.EqualTo((Source, source.Revision)), "pinned");
            offset += part.Range.Length;
        }

        Assert.That(offset, Is.EqualTo(35));
        Assert.That(parts.Select(static part => part.PartNumber), Is.EqualTo(Enumerable.Range(1, parts.Count)));
        Assert.That((backend.Count("Get"), backend.Count("UploadPart")), Is.EqualTo((0, 0)), "no byte passed through here");
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Content));
    }

    [Test]
    public async Task No_more_than_ten_thousand_parts_are_made()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 1);
        await bucket.PutAsync("source", Bytes.Of(25_001));
        await bucket.CopyAsync(Source, "k");
        Assert.That(backend.Count("CopyPart"), Is.EqualTo(8334));
        Assert.That((await bucket.HeadAsync("k")).Size, Is.EqualTo(25_001));
    }

    [Test]
    public async Task Parts_keep_to_the_concurrency()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 1);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int underWay = 0, peak = 0;
        backend.CopyPart = async (request, token) =>
        {
            int now = Interlocked.Increment(ref underWay);
            lock (full)
            {
                peak = Math.Max(peak, now);
            }

            if (now == 4)
            {
                full.TrySetResult();
            }

            await full.Task;
            PartInfo part = await backend.Real.CopyPartAsync(request, token);
            Interlocked.Decrement(ref underWay);
            return part;
        };
        await bucket.CopyAsync(Source, "k");
        Assert.That(peak, Is.EqualTo(4));
    }

    [Test]
    public async Task When_a_part_fails_the_upload_is_aborted_and_the_destination_stays()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 10);
        await bucket.PutAsync("k", "old"u8.ToArray());
        backend.CopyPart = (request, token) =>
            request.PartNumber == 2
                ? throw new StorageException(StorageErrorCode.AccessDenied, "No.")
                : backend.Real.CopyPartAsync(request, token);

        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => bucket.CopyAsync(Source, "k"));

        Assert.That((backend.Count("Abort"), backend.Count("Complete")), Is.EqualTo((1, 0)));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo("old"u8.ToArray()));
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task Parts_that_another_write_threw_away_are_copied_once_more([Values] bool whileCompleting)
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 10);
        int calls = 0;
        if (whileCompleting)
        {
            backend.Complete = (request, token) => ++calls == 1 ? throw Invalidated() : backend.Real.CompleteUploadAsync(request, token);
        }
        else
        {
            backend.CopyPart = (request, token) =>
                Interlocked.Increment(ref calls) == 1 ? throw Invalidated() : backend.Real.CopyPartAsync(request, token);
        }

        await bucket.CopyAsync(Source, "k");

        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Content));
        Assert.That(
            (backend.Count("CreateUpload"), backend.Count("Abort")), Is.EqualTo((2, 1)), "the second attempt is an upload of its own");
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task A_copy_that_starts_over_after_an_unknown_outcome_fails_with_an_unknown_outcome()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 10);
        int completes = 0;
        backend.Complete = async (request, token) =>
        {
            ObjectProperties made = await backend.Real.CompleteUploadAsync(request, token);
            return ++completes == 1 ? throw Invalidated(isOutcomeUnknown: true) : made;
        };
        backend.Head = (request, token) => request.Key == "k"
            ? throw new StorageException(StorageErrorCode.ServiceUnavailable, "Not now.")
            : backend.Real.HeadAsync(request, token);

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.CopyAsync(Source, "k", new CopyOptions { IfAbsent = true }));

        Assert.That(error.IsOutcomeUnknown, Is.True, error.ToString());
    }

    [Test]
    public async Task Parts_that_are_thrown_away_time_and_again_end_the_copy()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 10);
        await bucket.PutAsync("k", "old"u8.ToArray());
        backend.Complete = static (_, _) => throw Invalidated();
        await Catch.CodeAsync(StorageErrorCode.UploadInvalidated, () => bucket.CopyAsync(Source, "k"));
        Assert.That(backend.Count("Complete"), Is.EqualTo(2));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo("old"u8.ToArray()));
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task When_the_caller_cancels_the_upload_is_aborted_all_the_same()
    {
        var time = new ManualTime();
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 10, time);
        using var cancel = new CancellationTokenSource();
        backend.CopyPart = async (request, token) =>
        {
            await cancel.CancelAsync();
            await Until.CancelledAsync(token);
            return new PartInfo { PartNumber = request.PartNumber, ETag = "" };
        };

        Task copy = bucket.CopyAsync(Source, "k", cancellationToken: cancel.Token);
        await time.AdvanceUntilAsync(copy, TimeSpan.FromSeconds(0.5), most: TimeSpan.FromSeconds(20));

        await Catch.AsyncAs<OperationCanceledException>(() => copy);
        Assert.That(backend.Count("Abort"), Is.EqualTo(1));
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task A_source_replaced_in_the_middle_is_PreconditionFailed_and_the_destination_stays([Values(10, 100)] int most)
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most);
        var replace = new PutRequest { Bucket = Stores.Bucket, Key = "source", Body = StorageBody.FromBytes(Bytes.Of(35, seed: 2)) };
        backend.Copy = async (request, token) =>
        {
            await backend.Real.PutAsync(replace, token);
            return await backend.Real.CopyAsync(request, token);
        };
        backend.CopyPart = async (request, token) =>
        {
            await backend.Real.PutAsync(replace, token);
            return await backend.Real.CopyPartAsync(request, token);
        };
        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => bucket.CopyAsync(Source, "k"));
        Assert.That(await bucket.ExistsAsync("k"), Is.False);
    }

    [Test]
    public async Task Attributes_are_kept_or_all_replaced([Values(10, 100)] int most)
    {
        (Bucket bucket, _) = await PrepareAsync(most);
        await bucket.PutAsync(
            "source",
            Content,
            new PutOptions
            {
                ContentType = "text/plain",
                CacheControl = "no-store",
                Metadata = new Dictionary<string, string> { ["a"] = "1" },
            });

        ObjectProperties kept = await bucket.CopyAsync(Source, "kept");
        Assert.That((kept.ContentType, kept.CacheControl, kept.Metadata["a"]), Is.EqualTo(("text/plain", "no-store", "1")));

        ObjectProperties replaced = await bucket.CopyAsync(
            Source, "replaced", new CopyOptions { Attributes = new ObjectAttributes { ContentType = "x/y" } });
        Assert.That((replaced.ContentType, replaced.CacheControl, replaced.Metadata.Count), Is.EqualTo(("x/y", (string?)null, 0)));
    }

    [Test]
    public async Task Attributes_of_an_object_that_another_tool_wrote_are_carried_as_they_are()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 10);
        var foreign = new Dictionary<string, string> { ["long"] = new('v', 2000) };
        backend.Head = async (request, token) =>
        {
            StoredObject stored = await backend.Real.HeadAsync(request, token);
            return stored with { Properties = stored.Properties with { ContentType = " odd ä", Metadata = foreign } };
        };
        ObjectProperties copy = await bucket.CopyAsync(Source, "k");
        Assert.That((copy.ContentType, copy.Metadata["long"].Length), Is.EqualTo((" odd ä", 2000)));
    }

    [Test]
    public async Task A_missing_source_is_NoSuchKey_and_the_destination_stays()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 100);
        await bucket.PutAsync("k", "old"u8.ToArray());
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "missing"), "k"));
        Assert.That(backend.Count("Copy"), Is.Zero);
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo("old"u8.ToArray()));
    }

    [Test]
    public async Task Conditions_on_the_source_are_all_PreconditionFailed()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 100);
        ObjectProperties source = await bucket.HeadAsync("source");
        CopyOptions[] refused =
        [
            new() { SourceIfMatch = "other" },
            new() { SourceIfNoneMatch = source.ETag },
            new() { SourceIfModifiedSince = source.LastModified.AddHours(1) },
            new() { SourceIfUnmodifiedSince = source.LastModified.AddHours(-1) },
            new() { SourceIfRevision = "other" },
        ];
        foreach (CopyOptions options in refused)
        {
            await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => bucket.CopyAsync(Source, "k", options));
        }

        Assert.That(backend.Count("Copy"), Is.Zero);
        var held = new CopyOptions
        {
            SourceIfMatch = source.ETag,
            SourceIfNoneMatch = "other",
            SourceIfUnmodifiedSince = source.LastModified.AddHours(1),
            SourceIfRevision = source.Revision,
        };
        await bucket.CopyAsync(Source, "k", held);
    }

    [Test]
    public async Task Copying_if_nothing_is_there_loses_to_what_is([Values(10, 100)] int most)
    {
        (Bucket bucket, _) = await PrepareAsync(most);
        await bucket.CopyAsync(Source, "k", new CopyOptions { IfAbsent = true });
        await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.CopyAsync(Source, "k", new CopyOptions { IfAbsent = true }));
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
    }

    [Test]
    public async Task Onto_itself_is_legal_and_changes_the_attributes([Values(10, 100)] int most)
    {
        (Bucket bucket, _) = await PrepareAsync(most);
        await bucket.CopyAsync(Source, "source", new CopyOptions { Attributes = new ObjectAttributes { ContentType = "x/y" } });
        Assert.That((await bucket.HeadAsync("source")).ContentType, Is.EqualTo("x/y"));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "source"), Is.EqualTo(Content));
    }

    [Test]
    public async Task Onto_itself_a_copy_that_landed_although_its_answer_was_lost_is_success()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 100);
        backend.Copy = async (request, token) =>
        {
            await backend.Real.CopyAsync(request, token);

            // The repetition finds another revision of the source, which the first attempt has created.
            throw new StorageException(StorageErrorCode.PreconditionFailed, "The source has changed.") { IsOutcomeUnknown = true };
        };

        ObjectProperties made = await bucket.CopyAsync(
            Source, "source", new CopyOptions { Attributes = new ObjectAttributes { ContentType = "x/y" } });

        Assert.That(made.ContentType, Is.EqualTo("x/y"));
        Assert.That(made.Revision, Is.EqualTo((await bucket.HeadAsync("source")).Revision));
    }

    [Test]
    public async Task A_bad_source_is_found_before_any_request()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 100);
        backend.Calls.Clear();
        await Catch.AsyncAs<ArgumentException>(() => bucket.CopyAsync(default(ObjectAddress), "k"));
        await Catch.AsyncAs<ArgumentException>(() => bucket.CopyAsync(new ObjectAddress(Stores.Bucket, ""), "k"));
        await Catch.CodeAsync(StorageErrorCode.InvalidBucketName, () => bucket.CopyAsync(new ObjectAddress("../other", "k"), "k"));
        await Catch.CodeAsync(
            StorageErrorCode.InvalidKey, () => bucket.CopyAsync(new ObjectAddress(Stores.Bucket, new string('k', 1025)), "k"));
        Assert.That(backend.Calls, Is.Empty);
    }

    [Test]
    public async Task A_move_leaves_a_source_that_was_replaced_meanwhile()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 100);
        backend.Copy = async (request, token) =>
        {
            ObjectProperties copied = await backend.Real.CopyAsync(request, token);
            await backend.Real.PutAsync(
                new PutRequest { Bucket = Stores.Bucket, Key = "source", Body = StorageBody.FromBytes("newer"u8.ToArray()) }, token);
            return copied;
        };
        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => bucket.MoveAsync("source", "k"));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "source"), Is.EqualTo("newer"u8.ToArray()));
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_move_onto_itself_does_nothing()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 100);
        ObjectProperties before = await bucket.HeadAsync("source");
        ObjectProperties after = await bucket.MoveAsync("source", "source");
        Assert.That(after.Revision, Is.EqualTo(before.Revision));
        Assert.That((backend.Count("Copy"), backend.Count("Delete")), Is.EqualTo((0, 0)));
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => bucket.MoveAsync("missing", "missing"));
    }

    [Test]
    public async Task Copied_parts_under_way_are_waited_for_before_the_abort()
    {
        (Bucket bucket, ScriptedBackend backend) = await PrepareAsync(most: 10);
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool ended = false, endedBeforeAbort = false, givenUp = false;
        backend.CopyPart = async (request, token) =>
        {
            if (request.PartNumber == 1)
            {
                both.SetResult();

                // That neither an abort nor a cancellation comes has no signal, so it takes a wait.
                await Task.WhenAny(aborted.Task, Until.CancelledAsync(token), Task.Delay(200, CancellationToken.None));
                givenUp = token.IsCancellationRequested;
                ended = true;
                return await backend.Real.CopyPartAsync(request, CancellationToken.None);
            }

            await both.Task;
            throw new StorageException(StorageErrorCode.AccessDenied, "No.") { IsOutcomeUnknown = true };
        };
        backend.Abort = (request, token) =>
        {
            endedBeforeAbort = ended;
            aborted.TrySetResult();
            return backend.Real.AbortUploadAsync(request, token);
        };

        StorageException error = await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => bucket.CopyAsync(Source, "k"));

        Assert.That((givenUp, endedBeforeAbort), Is.EqualTo((false, true)));
        Assert.That(error.IsOutcomeUnknown, Is.False, "no object can come of parts that nobody puts together");
        Assert.That(await PutTransferTests.UploadsAsync(bucket), Is.Zero);
    }

    private static async Task<(Bucket Bucket, ScriptedBackend Backend)> PrepareAsync(long most, TimeProvider? time = null)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { MaxCopySize = most });
        Bucket bucket = Stores.Over(backend, partSize: 1000, time: time);
        await bucket.PutAsync("source", Content);
        return (bucket, backend);
    }

    private static StorageException Invalidated(bool isOutcomeUnknown = false) =>
        new(StorageErrorCode.UploadInvalidated, "Another write threw the parts away.") { IsOutcomeUnknown = isOutcomeUnknown };
}
