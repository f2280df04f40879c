using BleepStore.Storage.Backends;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Transfers;

/// <summary>Uploads that go on where an earlier one ended. One part at a time, so that a test knows which are there.</summary>
public class ResumedUploadTests
{
    private const int PartSize = 64 * 1024;

    private static readonly byte[] Large = Payload.Bytes((3 * PartSize) + 1000);
    private static readonly byte[] Other = Payload.Bytes(Large.Length, seed: 7);

    private ObjectStore _memory;
    private TemporaryFolder _folder;
    private InterceptingBackend _backend;
    private Bucket _bucket;
    private string _file;
    private string _journal;

    private List<int> Sent { get; } = [];

    [SetUp]
    public async Task LeaveTwoOfFourParts()
    {
        _memory = InMemoryStore.Create(storeOptions: new ObjectStoreOptions { MinimumPartSize = PartSize });
        _folder = new TemporaryFolder();
        _backend = new InterceptingBackend(new UnownedBackend(_memory.GetService<StorageBackend>()!));
        await _memory.CreateBucketAsync("bucket");
        _bucket = Over(_backend);
        _file = _folder.File("file.txt", Large);
        _journal = _folder.PathOf("journal");
        await FailAtAsync(3);
    }

    [TearDown]
    public async Task DisposeStores()
    {
        await _backend.DisposeAsync();
        await _memory.DisposeAsync();
        _folder.Dispose();
        Sent.Clear();
    }

    [Test]
    public async Task It_sends_what_is_missing()
    {
        ObjectProperties stored = await ResumeAsync();
        Assert.That(stored.ContentType, Is.EqualTo("text/plain"));
        await AssertDoneAsync(Large, 3, 4);
    }

    [Test]
    public async Task It_can_fail_again_and_go_on_again()
    {
        await FailAtAsync(4);
        await ResumeAsync();
        await AssertDoneAsync(Large, 4);
    }

    [Test]
    public async Task A_file_that_was_written_in_between_is_sent_anew()
    {
        await File.WriteAllBytesAsync(_file, Other);
        await ResumeAsync();
        await AssertDoneAsync(Other, 1, 2, 3, 4);
    }

    [Test]
    public async Task A_file_with_other_bytes_and_the_same_time_is_compared_by_its_bytes()
    {
        DateTime written = File.GetLastWriteTimeUtc(_file);
        byte[] changed = [.. Large];
        changed[PartSize + 5] ^= 1;
        await File.WriteAllBytesAsync(_file, changed);
        File.SetLastWriteTimeUtc(_file, written);
        await ResumeAsync();
        await AssertDoneAsync(changed, 2, 3, 4);
    }

    [Test]
    public async Task Other_attributes_begin_another_upload()
    {
        ObjectProperties stored = await ResumeAsync(new PutOptions { Metadata = new Dictionary<string, string> { ["colour"] = "red" } });
        Assert.That(stored.Metadata["colour"], Is.EqualTo("red"));
        await AssertDoneAsync(Large, 1, 2, 3, 4);
    }

    [Test]
    public async Task The_same_attributes_go_on([Values] bool withExpiry)
    {
        var options = new PutOptions
        {
            ContentLanguage = "en",
            Metadata = new Dictionary<string, string> { ["b"] = "ü\"\\", ["a"] = "1" },
            Expires = withExpiry ? new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.FromHours(2)) : null,
        };
        await FailAtAsync(3, options);
        await ResumeAsync(options with { Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "ü\"\\" } });
        await AssertDoneAsync(Large, 3, 4);
    }

    [Test]
    public async Task A_journal_of_another_key_is_refused_and_stays()
    {
        byte[] before = await File.ReadAllBytesAsync(_journal);
        IOException error = await StorageAssert.ThrowsAsync<IOException>(() => _bucket.PutFileResumablyAsync("other", _file, _journal));
        Assert.That(error.Message, Does.Contain("bucket/object").And.Contain("bucket/other"));
        Assert.That(await File.ReadAllBytesAsync(_journal), Is.EqualTo(before));
    }

    [Test]
    public async Task A_journal_of_another_server_is_refused_and_stays([Values] bool isSmall)
    {
        byte[] before = await File.ReadAllBytesAsync(_journal);
        Bucket elsewhere = Over(new Elsewhere(_backend));
        string file = isSmall ? _folder.File("small", [1, 2, 3]) : _file;
        if (isSmall)
        {
            await elsewhere.PutFileResumablyAsync("object", file, _journal);
        }
        else
        {
            IOException error = await StorageAssert.ThrowsAsync<IOException>(
                () => elsewhere.PutFileResumablyAsync("object", file, _journal));
            Assert.That(error.Message, Does.Contain("storage.example:9000"));
        }

        Assert.That(await File.ReadAllBytesAsync(_journal), Is.EqualTo(before));
        await ResumeAsync();
        Assert.That((await Memory().HeadAsync("object")).Size, Is.EqualTo(Large.Length));
    }

    /// <summary>One server has many containers, and stores of one container have prefixes of their own.</summary>
    [Test]
    public async Task A_journal_of_another_place_at_the_same_server_is_refused_and_stays()
    {
        byte[] before = await File.ReadAllBytesAsync(_journal);
        Bucket elsewhere = Over(new Container(_backend, "other"));

        IOException error = await StorageAssert.ThrowsAsync<IOException>(
            () => elsewhere.PutFileResumablyAsync("object", _file, _journal));

        Assert.That(error.Message, Does.Contain("other/bucket/object"));
        Assert.That(await File.ReadAllBytesAsync(_journal), Is.EqualTo(before));
    }

    [Test]
    public async Task A_file_that_is_no_journal_is_refused_and_stays()
    {
        string mine = _folder.File("mine", [1, 2, 3]);
        IOException error = await StorageAssert.ThrowsAsync<IOException>(() => _bucket.PutFileResumablyAsync("object", _file, mine));
        Assert.That(error.Message, Does.Contain("is not a journal"));
        Assert.That(await File.ReadAllBytesAsync(mine), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task An_upload_that_somebody_aborted_begins_anew()
    {
        MultipartUploadInfo begun = await Memory().ListMultipartUploadsAsync().SingleAsync();
        await Memory().GetMultipartUpload(begun.Key, begun.UploadId).AbortAsync();
        await ResumeAsync();
        await AssertDoneAsync(Large, 1, 2, 3, 4);
    }

    [Test]
    public async Task Parts_whose_ETags_are_no_MD5_are_sent_again()
    {
        await Over(new OpaqueParts(_backend)).PutFileResumablyAsync("object", _file, _journal);
        await AssertDoneAsync(Large, 1, 2, 3, 4);
    }

    [Test]
    public async Task A_file_that_is_written_meanwhile_is_IncompleteBody()
    {
        _backend.After = request => request is UploadPartRequest ? File.WriteAllBytesAsync(_file, Other) : Task.CompletedTask;
        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.IncompleteBody, () => ResumeAsync());
        Assert.That((error.Bucket, error.Key, error.Operation), Is.EqualTo(("bucket", "object", "Put")));
        await AssertNothingAsync();
    }

    [Test]
    public async Task A_file_that_shrinks_meanwhile_is_IncompleteBody()
    {
        _backend.After = request =>
        {
            if (request is UploadPartRequest)
            {
                using var writing = new FileStream(_file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                writing.SetLength(PartSize);
            }

            return Task.CompletedTask;
        };
        await StorageAssert.FailsAsync(StorageErrorCode.IncompleteBody, () => ResumeAsync());
        await AssertNothingAsync();
    }

    [Test]
    public async Task A_condition_that_is_not_met_ends_the_upload()
    {
        await Memory().PutAsync("object", Payload.Bytes(1));
        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => ResumeAsync(new PutOptions { IfAbsent = true }));
        Assert.That((await Memory().HeadAsync("object")).Size, Is.EqualTo(1));
        Assert.That(await Memory().ListMultipartUploadsAsync().CountAsync(), Is.Zero);
        Assert.That(_folder.Names, Is.EqualTo(["file.txt"]));
    }

    [Test]
    public async Task A_wrong_digest_is_told_before_anything_is_sent()
    {
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.BadDigest, () => ResumeAsync(new PutOptions { ContentMd5 = new byte[16] }));
        Assert.That((error.Bucket, error.Key, error.Operation, Sent.Count), Is.EqualTo(("bucket", "object", "Put", 0)));
    }

    [Test]
    public async Task A_declared_length_stores_the_first_bytes()
    {
        ObjectProperties stored = await ResumeAsync(new PutOptions { ContentLength = PartSize + 7 });
        Assert.That(stored.Size, Is.EqualTo(PartSize + 7));
    }

    [Test]
    public async Task Two_uploads_with_one_journal_are_refused()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _backend.Before = _ => go.Task;
        Task first = ResumeAsync();
        IOException error = await StorageAssert.ThrowsAsync<IOException>(() => ResumeAsync());
        Assert.That(error.Message, Does.Contain("Another transfer"));
        go.SetResult();
        await first;
        await AssertContentAsync(Large);
    }

    [Test]
    public async Task A_cancelled_upload_can_be_resumed()
    {
        using var stop = new CancellationTokenSource();
        _backend.Before = request => request is UploadPartRequest { PartNumber: 4 } ? stop.CancelAsync() : Task.CompletedTask;
        await StorageAssert.ThrowsAsync<OperationCanceledException>(
            () => _bucket.PutFileResumablyAsync("object", _file, _journal, cancellationToken: stop.Token));
        Watch();
        await ResumeAsync();
        await AssertDoneAsync(Large, 4);
    }

    [Test]
    public async Task A_small_file_needs_no_journal()
    {
        string small = _folder.File("small", [1, 2, 3]);
        await _bucket.PutFileResumablyAsync("small", small, _folder.PathOf("other-journal"));
        Assert.That((await Memory().HeadAsync("small")).Size, Is.EqualTo(3));
        Assert.That(_folder.Names, Does.Not.Contain("other-journal"));
    }

    [Test]
    public async Task One_part_cannot_be_resumed() => await StorageAssert.ThrowsAsync<ArgumentException>(
        () => ResumeAsync(new PutOptions { SinglePart = true }));

    [Test]
    public async Task A_bucket_that_is_missing_leaves_no_journal()
    {
        string other = _folder.PathOf("other-journal");
        await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchBucket, () => Over(_backend, "missing").PutFileResumablyAsync("object", _file, other));
        Assert.That(File.Exists(other), Is.False);
    }

    [Test]
    public async Task A_folder_of_the_journal_that_is_missing_is_told_as_itself()
    {
        await StorageAssert.ThrowsAsync<DirectoryNotFoundException>(
            () => _bucket.PutFileResumablyAsync("object", _file, _folder.PathOf("missing/journal")));
        Assert.That(Sent, Is.Empty);
    }

    [Test]
    public async Task Progress_ends_with_all_bytes()
    {
        var recorder = new Recorder();
        await ResumeAsync(new PutOptions { Progress = recorder });
        TransferProgress last = await recorder.DoneAsync();
        Assert.That((last.Bytes, last.TotalBytes), Is.EqualTo(((long)Large.Length, (long?)Large.Length)));
        Assert.That(last.KeptBytes, Is.EqualTo(2 * PartSize), "the parts that were there");
        Assert.That(last.BytesPerSecond, Is.EqualTo((Large.Length - (2 * PartSize)) / last.Elapsed.TotalSeconds).Within(1).Percent);
    }

    [Test]
    public async Task An_upload_that_somebody_completed_with_fewer_parts_is_sent_anew()
    {
        MultipartUploadInfo begun = await Memory().ListMultipartUploadsAsync().SingleAsync();
        MultipartUpload upload = Memory().GetMultipartUpload(begun.Key, begun.UploadId);
        await upload.CompleteAsync(await upload.ListPartsAsync().ToListAsync());
        await ResumeAsync();
        await AssertContentAsync(Large);
    }

    [Test]
    public async Task An_upload_that_another_client_ended_is_aborted_and_sent_anew(
        [Values(StorageErrorCode.UploadInvalidated, StorageErrorCode.NoSuchUpload)] StorageErrorCode code)
    {
        RefuseFirstCompletion(code);
        await ResumeAsync();
        await AssertContentAsync(Large);
    }

    [Test]
    public async Task A_file_that_is_written_while_it_is_sent_anew_is_IncompleteBody()
    {
        RefuseFirstCompletion(StorageErrorCode.UploadInvalidated);
        _backend.After = request => request is UploadPartRequest { PartNumber: 1 }
            ? File.WriteAllBytesAsync(_file, Other)
            : Task.CompletedTask;
        await StorageAssert.FailsAsync(StorageErrorCode.IncompleteBody, () => ResumeAsync());
        await AssertNothingAsync();
    }

    [Test]
    public async Task A_refusal_after_a_completion_of_unknown_outcome_is_of_unknown_outcome()
    {
        PutOptions options = new() { IfAbsent = true };
        bool isFirst = true;
        _backend.Before = async request =>
        {
            if (request is CompleteUploadRequest && isFirst)
            {
                isFirst = false;
                await Memory().PutAsync("object", Payload.Bytes(10));
                throw new StorageException(StorageErrorCode.UploadInvalidated, "lost") { IsOutcomeUnknown = true };
            }
        };

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => ResumeAsync(options));

        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task A_lost_answer_to_the_completion_is_found_again([Values] bool ifAbsent)
    {
        PutOptions options = new() { IfAbsent = ifAbsent };
        await LoseCompletionAsync(_bucket, options);
        await ResumeAsync(options);
        await AssertDoneAsync(Large);
    }

    [Test]
    public async Task A_completion_whose_answer_was_lost_is_no_proof_of_a_file_that_has_changed([Values] bool hasChanged)
    {
        Bucket bucket = Over(new RepeatingRevisions(_backend));
        await LoseCompletionAsync(bucket);
        DateTime written = File.GetLastWriteTimeUtc(_file);
        await File.WriteAllBytesAsync(_file, hasChanged ? Other : Large);
        File.SetLastWriteTimeUtc(_file, written);

        await bucket.PutFileResumablyAsync("object", _file, _journal);

        await AssertDoneAsync(hasChanged ? Other : Large, hasChanged ? [1, 2, 3, 4] : []);
    }

    [Test]
    public async Task A_completion_whose_answer_was_lost_is_repeated_where_the_ETag_is_opaque()
    {
        Bucket bucket = Over(new OpaqueObjects(_backend));
        await LoseCompletionAsync(bucket);
        await bucket.PutFileResumablyAsync("object", _file, _journal);
        await AssertDoneAsync(Large, 1, 2, 3, 4);
    }

    [Test]
    public async Task A_refusal_because_of_an_object_of_opaque_ETag_is_of_unknown_outcome()
    {
        var options = new PutOptions { IfAbsent = true };
        Bucket bucket = Over(new OpaqueObjects(_backend));
        await LoseCompletionAsync(bucket, options);
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.PutFileResumablyAsync("object", _file, _journal, options));
        Assert.That(error.IsOutcomeUnknown, Is.True);
        await AssertContentAsync(Large);
    }

    [Test]
    public async Task It_can_fail_at_every_request_and_go_on([Range(1, 12)] int failing, [Values] bool isAnswerLost)
    {
        int count = 0;
        Task Fail(object request) => ++count == failing
            ? throw new StorageException(StorageErrorCode.RequestTimeout, "cut") { IsOutcomeUnknown = isAnswerLost }
            : Task.CompletedTask;
        _backend.Before = isAnswerLost ? null : Fail;
        _backend.After = isAnswerLost ? Fail : null;
        try
        {
            await _bucket.PutFileResumablyAsync("fresh", _file, _folder.PathOf("fresh"));
        }
        catch (StorageException cut) when (cut.Code == StorageErrorCode.RequestTimeout)
        {
            // That is the failure.
        }

        (_backend.Before, _backend.After) = (null, null);
        await _bucket.PutFileResumablyAsync("fresh", _file, _folder.PathOf("fresh"));
        await using ObjectReader reader = await Memory().GetAsync("fresh");
        Assert.That((await reader.ReadAllAsync()).AsSpan().SequenceEqual(Large), Is.True, "the object's bytes");
        Assert.That(_folder.Names, Is.EquivalentTo(["file.txt", "journal"]), "no journal is left");
        TestContext.Out.WriteLine(await Memory().ListMultipartUploadsAsync().CountAsync());
    }

    [Test]
    public async Task A_file_that_takes_the_path_meanwhile_is_not_mixed_in()
    {
        string other = _folder.File("other.txt", Other);
        File.SetLastWriteTimeUtc(other, File.GetLastWriteTimeUtc(_file));
        _backend.After = request =>
        {
            if (request is UploadPartRequest { PartNumber: 3 })
            {
                File.Move(other, _file, overwrite: true);
            }

            return Task.CompletedTask;
        };
        await ResumeAsync();
        await AssertContentAsync(Large);
    }

    [Test]
    public async Task A_file_that_became_small_ends_the_upload()
    {
        await File.WriteAllBytesAsync(_file, [1, 2, 3]);
        await ResumeAsync();
        await AssertContentAsync([1, 2, 3]);
    }

    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("\"text\"")]
    [TestCase("""{"Place":null,"Bucket":null,"Key":null,"Attributes":null,"Size":1,"Written":"2026-01-01T00:00:00Z","PartSize":1,"UploadId":null}""")]
    [TestCase("""{"Place":"x","Bucket":"bucket","Key":"object","Attributes":{"Metadata":null},"Size":1,"Written":"2026-01-01T00:00:00Z","PartSize":1,"UploadId":""}""")]
    public async Task JSON_that_is_no_journal_is_refused_and_stays(string text)
    {
        await File.WriteAllTextAsync(_journal, text);
        IOException error = await StorageAssert.ThrowsAsync<IOException>(() => ResumeAsync());
        Assert.That(error.Message, Does.Contain("is not a journal"));
        Assert.That(await File.ReadAllTextAsync(_journal), Is.EqualTo(text));
    }

    [Test]
    [Platform("Linux", Reason = "Devices are recognised on Linux.")]
    public async Task A_device_is_no_journal()
    {
        string link = _folder.PathOf("link");
        File.CreateSymbolicLink(link, "/dev/full");
        IOException error = await StorageAssert.ThrowsAsync<IOException>(() => _bucket.PutFileResumablyAsync("object", _file, link));
        Assert.That(error.Message, Does.Contain("device"));
        Assert.That(Sent, Is.Empty);
    }

    [Test]
    public async Task Comparing_what_is_there_draws_on_the_budget()
    {
        var budget = new TransferBudget(TransferBudget.MinimumBytes);
        _backend.Before = request => request is CompleteUploadRequest
            ? throw new StorageException(StorageErrorCode.AccessDenied, "cut")
            : Task.CompletedTask;
        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => ResumeAsync());
        Watch();

        TransferPass other = (await budget.Gate.EnterAsync(budget.Bytes, CancellationToken.None))!;
        Task resumed = Over(_backend, budget: budget).PutFileResumablyAsync("object", _file, _journal);
        await Task.WhenAny(resumed, Until.TrueAsync(() => budget.Gate.Waiting == 1));
        Assert.That((resumed.IsCompleted, budget.Gate.Waiting), Is.EqualTo((false, 1)), "all parts are there, and their buffer waits");
        other.Dispose();
        await resumed;
        await AssertDoneAsync(Large);
        Assert.That(budget.Gate.Left, Is.EqualTo(budget.Bytes));
    }

    private Bucket Memory() => _memory.GetBucket("bucket");

    private Task<ObjectProperties> ResumeAsync(PutOptions? options = null) =>
        _bucket.PutFileResumablyAsync("object", _file, _journal, options);

    /// <summary>Uploads, but a part is refused.</summary>
    private async Task FailAtAsync(int number, PutOptions? options = null)
    {
        _backend.Before = request => request is UploadPartRequest part && part.PartNumber == number
            ? throw new StorageException(StorageErrorCode.AccessDenied, "cut")
            : Task.CompletedTask;
        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => ResumeAsync(options));
        Watch();
    }

    /// <summary>Uploads, but the completion's answer is lost. The object cannot be read to recognise it.</summary>
    private async Task LoseCompletionAsync(Bucket bucket, PutOptions? options = null)
    {
        _backend.After = request => request is CompleteUploadRequest
            ? throw new StorageException(StorageErrorCode.RequestTimeout, "lost") { IsOutcomeUnknown = true }
            : Task.CompletedTask;
        _backend.Before = request =>
            request is HeadRequest ? throw new StorageException(StorageErrorCode.RequestTimeout, "lost") : Task.CompletedTask;
        await StorageAssert.FailsAsync(
            StorageErrorCode.RequestTimeout, () => bucket.PutFileResumablyAsync("object", _file, _journal, options));
        _backend.After = null;
        Watch();
    }

    private static Bucket Over(StorageBackend backend, string bucket = "bucket", TransferBudget? budget = null) =>
        new(bucket, Stores.Context(backend, PartSize, concurrency: 1, budget: budget));

    private void RefuseFirstCompletion(StorageErrorCode code)
    {
        bool isRefused = false;
        _backend.Before = request =>
        {
            if (request is not CompleteUploadRequest || isRefused)
            {
                return Task.CompletedTask;
            }

            isRefused = true;
            throw new StorageException(code, "ended");
        };
    }

    private void Watch()
    {
        Sent.Clear();
        _backend.Before = request =>
        {
            if (request is UploadPartRequest part)
            {
                Sent.Add(part.PartNumber);
            }

            return Task.CompletedTask;
        };
    }

    private async Task AssertDoneAsync(byte[] expected, params int[] sent)
    {
        Assert.That(Sent, Is.EqualTo(sent), "the parts that were sent");
        await AssertContentAsync(expected);
    }

    private async Task AssertContentAsync(byte[] expected)
    {
        await using ObjectReader reader = await Memory().GetAsync("object");
        Assert.That((await reader.ReadAllAsync()).AsSpan().SequenceEqual(expected), Is.True, "the object's bytes");
        Assert.That(await Memory().ListMultipartUploadsAsync().CountAsync(), Is.Zero, "no upload is left");
        Assert.That(_folder.Names, Is.EqualTo(["file.txt"]), "no journal is left");
    }

    private async Task AssertNothingAsync()
    {
        Assert.That(await Memory().ExistsAsync("object"), Is.False);
        Assert.That(await Memory().ListMultipartUploadsAsync().CountAsync(), Is.Zero, "no upload is left");
        Assert.That(_folder.Names, Is.EqualTo(["file.txt"]), "no journal is left");
    }

    /// <summary>An upstream at another address.</summary>
    private sealed class Elsewhere(StorageBackend inner) : DelegatingBackend(inner)
    {
        public override Uri Server => new("https://storage.example:9000");
    }

    /// <summary>An upstream that names its objects.</summary>
    private sealed class Container(StorageBackend inner, string name) : DelegatingBackend(inner)
    {
        public override UpstreamName GetUpstreamName(string bucket, string key) =>
            new() { Container = name, Name = $"{bucket}/{key}" };

        public override string PlaceOf(string bucket, string key) => GetUpstreamName(bucket, key).ToString();
    }

    /// <summary>An upstream whose revisions repeat, as those of S3. The ETag can then be the server's own.</summary>
    private class RepeatingRevisions(StorageBackend inner) : DelegatingBackend(inner)
    {
        public override StorageCapabilities Capabilities => base.Capabilities with { RevisionsRepeat = true };
    }

    /// <summary>An upstream whose objects have ETags that are no MD5, as S3 has under some encryptions.</summary>
    private sealed class OpaqueObjects(StorageBackend inner) : RepeatingRevisions(inner)
    {
        public override async Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
            Hide(await Inner.CompleteUploadAsync(request, cancellationToken));

        public override async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
        {
            StoredObject found = await Inner.HeadAsync(request, cancellationToken);
            return found with { Properties = Hide(found.Properties) };
        }

        private static ObjectProperties Hide(ObjectProperties properties) => properties with { ETag = $"{new string('0', 32)}-4" };
    }

    /// <summary>An upstream whose listed parts have ETags that are no MD5, as S3 has under some encryptions.</summary>
    private sealed class OpaqueParts(StorageBackend inner) : DelegatingBackend(inner)
    {
        public override async Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken)
        {
            ListPartsResult found = await Inner.ListPartsAsync(request, cancellationToken);
            return found with { Parts = [.. found.Parts.Select(static part => part with { ETag = $"opaque-{part.PartNumber}" })] };
        }
    }
}
