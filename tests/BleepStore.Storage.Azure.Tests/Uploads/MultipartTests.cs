using Azure;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Uploads;

/// <summary>Tests the service's treatment of uncommitted blocks, which the emulator does not simulate.</summary>
public sealed class MultipartTests
{
    private const int MiB = 1024 * 1024;
    private const string Md5 = "99c161a08d5d796ed203bc5768cc1274";

    private static readonly ObjectStoreOptions Options = new() { PartSize = 5 * MiB, MinimumPartSize = 1 };
    private static readonly PartInfo Part = new() { PartNumber = 1, ETag = Md5 };

    [Test]
    public async Task Blocks_that_another_write_discarded_are_staged_again_once_from_a_source_that_can_be_read_again()
    {
        int commits = 0;
        var wire = new StubTransport(sent => sent.Kind == "PUT blocklist" && commits++ == 0
            ? StubResponse.Error(400, "InvalidBlockList")
            : StubResponse.Written("0x7"));

        ObjectProperties put = await wire.CreateBucket(storeOptions: Options).PutAsync("key", new byte[6 * MiB]);

        Assert.That(wire.Kinds.Count(static kind => kind == "PUT block"), Is.EqualTo(4));
        Assert.That(commits, Is.EqualTo(2));
        Assert.That(put.Revision, Is.EqualTo("0x7"));
    }

    [Test]
    public async Task And_are_UploadInvalidated_from_one_that_cannot()
    {
        var wire = new StubTransport(
            static sent => sent.Kind == "PUT blocklist" ? StubResponse.Error(400, "InvalidBlockList") : StubResponse.Written());

        await StorageAssert.FailsAsync(StorageErrorCode.UploadInvalidated, () => wire.CreateBucket(storeOptions: Options)
            .PutAsync("key", new BreakingStream(new MemoryStream(new byte[6 * MiB]), long.MaxValue)));

        Assert.That(wire.Kinds.Count(static kind => kind == "PUT blocklist"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_large_put_stages_blocks_of_its_own_with_their_MD5_and_commits_once_with_everything()
    {
        var wire = new StubTransport(static _ => StubResponse.Written());

        ObjectProperties put = await wire.CreateBucket(storeOptions: Options)
            .PutAsync("key", Payload.Bytes(11 * MiB), new PutOptions { ContentType = "image/png", IfAbsent = true });

        Assert.That(wire.Kinds.Order(StringComparer.Ordinal), Is.EqualTo(new[] { "PUT block", "PUT block", "PUT block", "PUT blocklist" }));
        BlockId[] ids = [.. wire.Sent.Where(static sent => sent.Kind == "PUT block").Select(IdOf)];
        Assert.That(ids.Select(static id => id.PartNumber).Order(), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(ids.Select(static id => id.Upload).Distinct().Count(), Is.EqualTo(1));
        Assert.That(wire.Sent.Where(static sent => sent.Kind == "PUT block").Select(static sent => Convert.ToHexStringLower(
            Convert.FromBase64String(sent.Header("Content-MD5")!))), Is.EquivalentTo(ids.Select(static id => id.ETag)));
        SentRequest commit = wire.Sent.Single(static sent => sent.Kind == "PUT blocklist");
        Assert.That(commit.Header("x-ms-blob-content-type"), Is.EqualTo("image/png"));
        Assert.That(commit.Header("x-ms-meta-bleepstoreetag"), Is.EqualTo($"{put.ETag}:{11 * MiB}"));
        Assert.That(commit.Header("x-ms-meta-bleepstoretoken"), Is.EqualTo(ids[0].Upload));
        Assert.That(commit.Header("If-None-Match"), Is.EqualTo("*"));
        Assert.That(commit.Headers.Keys, Has.None.EqualTo("x-ms-blob-content-md5"));
    }

    [Test]
    public async Task The_first_part_of_a_new_upload_reads_no_list_however_many_uploads_were_abandoned()
    {
        var wire = new StubTransport(static sent => sent.Method == "HEAD" ? StubResponse.Blob([]) : StubResponse.Written());
        Bucket bucket = wire.CreateBucket();
        for (int abandoned = 0; abandoned < 1100; abandoned++)
        {
            await bucket.CreateMultipartUploadAsync("key");
        }

        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        await upload.UploadPartAsync(1, new byte[1]);

        Assert.That(wire.Kinds.Skip(1101), Is.EqualTo(new[] { "HEAD", "PUT block" }));
    }

    [Test]
    public async Task A_put_that_fails_aborts_without_touching_the_blob()
    {
        var wire = new StubTransport(
            static sent => sent.Kind == "PUT blocklist" ? StubResponse.Error(412, "ConditionNotMet") : StubResponse.Written());

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed,
            () => wire.CreateBucket(storeOptions: Options).PutAsync("key", new byte[6 * MiB], new PutOptions { IfRevision = "0x1" }));

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT block", "PUT block", "PUT blocklist", "HEAD" }));
    }

    [Test]
    public async Task A_commit_whose_answer_was_lost_is_recognised_by_its_token()
    {
        string? token = null;
        int commits = 0;
        var wire = new StubTransport(sent =>
        {
            if (sent.Kind == "PUT blocklist")
            {
                token = sent.Header("x-ms-meta-bleepstoretoken");
                return commits++ == 0
                    ? throw new RequestFailedException("The connection broke off.")
                    : StubResponse.Error(400, "InvalidBlockList");
            }

            return sent.Method == "HEAD"
                ? StubResponse.Blob(new byte[6 * MiB], "0x9", ("bleepstoretoken", token!))
                : StubResponse.Written();
        });

        await using ObjectStore store = wire.CreateStore(storeOptions: Options);
        ObjectProperties put = await store.GetBucket("bucket").PutAsync("key", new byte[6 * MiB]);

        Assert.That(put.Revision, Is.EqualTo("0x9"));
        Assert.That(commits, Is.EqualTo(2));
    }

    /// <summary>
    /// The first commit has landed and its answer was lost, so the service no longer has the blocks when the SDK tries again.
    /// </summary>
    [TestCase("cannot be looked at")]
    [TestCase("was replaced since")]
    [TestCase("was deleted since")]
    public async Task The_outcome_of_a_completion_that_was_sent_twice_is_unknown_when_the_object(string fate)
    {
        int commits = 0;
        var wire = new UploadWire
        {
            Commit = () => commits++ == 0
                ? throw new RequestFailedException("The connection broke off.")
                : StubResponse.Error(400, "InvalidBlockList"),
            Look = () => fate switch
            {
                "cannot be looked at" => StubResponse.Error(403, "AuthorizationFailure"),
                "was deleted since" => StubResponse.Error(404, "BlobNotFound"),
                _ => StubResponse.Blob(new byte[10], "0x2"),
            },
        };
        MultipartUpload upload = await wire.BeginAsync();

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.UploadInvalidated, () => upload.CompleteAsync([Part], new CompleteOptions { IfAbsent = true }));

        Assert.That(error.IsOutcomeUnknown, Is.True, error.ToString());
        Assert.That(commits, Is.EqualTo(2));
    }

    [Test]
    public async Task A_store_does_not_change_with_the_options_that_it_was_made_from()
    {
        AzureBackendOptions? made = null;
        var wire = new StubTransport(static _ => StubResponse.Written());
        Bucket bucket = wire.CreateBucket(options => made = options, Options);

        made!.MultipartStaging = MultipartStaging.Isolated;
        await bucket.PutAsync("key", new byte[6 * MiB]);

        Assert.That(wire.Sent.Select(static sent => sent.Uri.AbsolutePath).Distinct(), Is.EqualTo(new[] { "/store/bucket/key" }));
    }

    [Test]
    public async Task Ids_that_are_committed_already_are_never_committed_again_because_that_would_truncate()
    {
        var wire = new UploadWire { Blocks = (_, id) => BlockList(committed: [id]) };
        MultipartUpload upload = await wire.BeginAsync();

        await StorageAssert.FailsAsync(StorageErrorCode.UploadInvalidated, () => upload.CompleteAsync([Part]));

        Assert.That(wire.Kinds, Has.None.EqualTo("PUT blocklist"));
    }

    [Test]
    public async Task No_ids_left_and_our_token_there_is_our_object()
    {
        var wire = new UploadWire { Blocks = static (_, _) => BlockList() };
        MultipartUpload upload = await wire.BeginAsync();
        wire.Object = StubResponse.Blob(new byte[10], "0x9", ("bleepstoretoken", upload.UploadId), ("bleepstoreetag", "abc-1:10"));

        ObjectProperties made = await upload.CompleteAsync([Part]);

        Assert.That(made.ETag, Is.EqualTo("abc-1"));
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT lease", "GET blocklist", "HEAD", "DELETE" }));
    }

    [Test]
    public async Task An_upload_that_cannot_be_claimed_because_it_has_ended_keeps_the_cause()
    {
        var wire = new StubTransport(static sent => sent.Kind == "PUT lease"
            ? StubResponse.Error(404, "BlobNotFound") : StubResponse.Written());
        MultipartUpload upload = await wire.CreateBucket().CreateMultipartUploadAsync("key");

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([Part]));

        Assert.That(error.InnerException, Is.Not.Null);
        Assert.That((error.Status, error.RequestId), Is.EqualTo((404, "request-1")));
    }

    [Test]
    public async Task No_ids_left_and_no_record_is_NoSuchUpload()
    {
        var wire = new UploadWire { Record = false };
        MultipartUpload upload = wire.Bucket.GetMultipartUpload("key", "AAAAAAAAAAAAAAAAAAAAAA");

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([Part]));

        Assert.That(wire.Kinds, Has.None.EqualTo("PUT blocklist"));
    }

    [Test]
    public async Task The_highest_attempt_of_a_part_counts_and_the_blocks_of_others_do_not()
    {
        var wire = new UploadWire
        {
            Blocks = static (upload, _) => BlockList(uncommitted:
            [
                new BlockId(upload, 2, 7, Md5, BlockFlags.None).Encode(),
                new BlockId(upload, 1, 9, new string('b', 32), BlockFlags.None).Encode(),
                new BlockId(upload, 1, 8, new string('a', 32), BlockFlags.None).Encode(),
                new BlockId("AAAAAAAAAAAAAAAAAAAAAA", 3, 1, Md5, BlockFlags.None).Encode(),
                Convert.ToBase64String("foreign"u8),
                new BlockId(upload, 4, 1, Md5, BlockFlags.Empty).Encode(),
            ]),
        };
        MultipartUpload upload = await wire.BeginAsync();

        PartInfo[] parts = [.. await upload.ListPartsAsync().ToListAsync()];
        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.InvalidPart, () => upload.CompleteAsync([new PartInfo
        {
            PartNumber = 1,
            ETag = new string('a', 32),
        }]));
        await upload.CompleteAsync([parts[0], parts[1]]);

        Assert.That(
            parts.Select(static part => (part.PartNumber, part.ETag, part.Size)),
            Is.EqualTo(new[] { (1, new string('b', 32), 10L), (2, Md5, 10L), (4, Md5, 0L) }));
        Assert.That(error.Message, Does.Contain("latest"));
        string commit = System.Text.Encoding.UTF8.GetString(wire.Sent.Single(static sent => sent.Kind == "PUT blocklist").Body);
        Assert.That(commit.Split("<Latest>"), Has.Length.EqualTo(3));
        Assert.That(
            wire.Kinds.Where(static kind => kind.Contains("lease", StringComparison.Ordinal)).Count(),
            Is.EqualTo(3),
            "claimed, given back, claimed");
    }

    [Test]
    public async Task Abort_deletes_the_record_and_nothing_else()
    {
        var wire = new UploadWire();
        MultipartUpload upload = await wire.BeginAsync();

        await upload.AbortAsync();

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "DELETE" }));
        Assert.That(wire.Sent[^1].Uri.AbsolutePath, Does.StartWith("/store/.bleepstore/uploads/bucket/" + upload.UploadId));
    }

    [Test]
    public async Task A_deletion_of_the_record_that_was_retried_has_succeeded_and_a_claim_that_was_has_not()
    {
        var deleting =
            new UploadWire { Deletes = new Queue<Response>([StubResponse.Error(503, "ServerBusy"), StubResponse.Error(404, "BlobNotFound")]) };
        MultipartUpload upload = await deleting.BeginAsync();
        int claims = 0;
        var claiming = new StubTransport(sent => sent.Kind == "PUT lease"
            ? StubResponse.Error(claims++ == 0 ? 503 : 404, claims == 1 ? "ServerBusy" : "BlobNotFound")
            : StubResponse.Error(404, "BlobNotFound"));

        await upload.AbortAsync();
        await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchUpload,
            () => claiming.CreateBucket().GetMultipartUpload("key", "AAAAAAAAAAAAAAAAAAAAAA").CompleteAsync([Part]));

        Assert.That(claiming.Kinds, Is.EqualTo(new[] { "PUT lease", "PUT lease", "HEAD" }));
    }

    [Test]
    public async Task Abort_waits_for_a_completion_and_then_has_nothing_to_abort()
    {
        var wire = new UploadWire { Deletes = new Queue<Response>([StubResponse.Error(412, "LeaseIdMissing"), StubResponse.Error(404, "BlobNotFound")]) };
        MultipartUpload upload = await wire.BeginAsync();

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.AbortAsync());
    }

    private static BlockId IdOf(SentRequest sent) =>
        BlockId.TryDecode(Uri.UnescapeDataString(sent.Uri.Query.Split('&')
            .Single(static pair => pair.TrimStart('?').StartsWith("blockid=", StringComparison.Ordinal))
            .Split('=', 2)[1]))!;

    private static StubResponse BlockList(string[]? committed = null, string[]? uncommitted = null) => StubResponse.Xml(
        $"<BlockList><CommittedBlocks>{Blocks(committed)}</CommittedBlocks><UncommittedBlocks>{Blocks(uncommitted)}</UncommittedBlocks></BlockList>");

    private static string Blocks(string[]? ids) =>
        string.Concat((ids ?? []).Select(static id => $"<Block><Name>{id}</Name><Size>10</Size></Block>"));

    /// <summary>A service with one upload whose record is there.</summary>
    private sealed class UploadWire
    {
        private readonly StubTransport _transport;
        private string _upload = "";

        public UploadWire()
        {
            _transport = new StubTransport(Answer);
            Bucket = _transport.CreateBucket(storeOptions: Options);
        }

        public Bucket Bucket { get; }

        public bool Record { get; init; } = true;

        public StubResponse? Object { get; set; }

        public Func<Response>? Commit { get; init; }

        public Func<Response>? Look { get; init; }

        public Func<string, string, StubResponse> Blocks { get; init; } = static (_, id) => BlockList(uncommitted: [id]);

        public Queue<Response> Deletes { get; init; } = new([new StubResponse(202)]);

        public IReadOnlyList<SentRequest> Sent => [.. _transport.Sent.Skip(1)];

        public IEnumerable<string> Kinds => Sent.Select(static sent => sent.Kind);

        public async Task<MultipartUpload> BeginAsync()
        {
            MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("key");
            _upload = upload.UploadId;
            return upload;
        }

        private Response Answer(SentRequest sent) => sent.Kind switch
        {
            "PUT" => StubResponse.Written(),
            "PUT lease" when !Record => StubResponse.Error(404, "BlobNotFound"),
            "PUT lease" => new StubResponse(sent.Header("x-ms-lease-action") == "acquire" ? 201 : 200)
                .With("ETag", "\"0x1\"")
                .With("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT")
                .With("x-ms-lease-id", sent.Header("x-ms-lease-id") ?? sent.Header("x-ms-proposed-lease-id") ?? ""),
            "GET blocklist" => Blocks(_upload, new BlockId(_upload, 1, 1, Md5, BlockFlags.None).Encode()),
            "HEAD" when sent.Uri.AbsolutePath.Contains(".bleepstore", StringComparison.Ordinal) => StubResponse.Blob([]),
            "HEAD" when Look is { } look => look(),
            "HEAD" => Object ?? StubResponse.Blob(new byte[10], "0x2"),
            "DELETE" => Deletes.Dequeue(),
            "PUT blocklist" when Commit is { } commit => commit(),
            _ => StubResponse.Written("0x9"),
        };
    }
}
