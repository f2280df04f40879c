using System.Globalization;
using Azure;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Azure.Tests.Uploads;

/// <summary>How isolated uploads are published where there is Put Blob From URL, and what becomes of claims and lost answers.</summary>
public sealed class IsolatedTests
{
    private const int MiB = 1024 * 1024;

    [Test]
    public async Task Completing_commits_on_the_private_blob_and_publishes_it_in_one_request_pinned_and_with_everything()
    {
        var wire = new IsolatedWire();
        MultipartUpload upload = await wire.BeginAsync();

        ObjectProperties made = await upload.CompleteAsync([IsolatedWire.Part], new CompleteOptions { IfAbsent = true });

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT lease", "HEAD", "GET blocklist", "PUT blocklist", "PUT from url", "DELETE" }));
        SentRequest lease = wire.Sent[0], commit = wire.Sent[3], publish = wire.Sent[4], delete = wire.Sent[5];
        string privately = $"/store/.bleepstore/uploads/bucket/{upload.UploadId}.";
        string claim = lease.Header("x-ms-proposed-lease-id")!;
        Assert.That(wire.Sent[2].Uri.Query, Does.Contain("blocklisttype=all"));
        Assert.That(commit.Uri.AbsolutePath, Does.StartWith(privately));
        Assert.That(commit.Header("x-ms-lease-id"), Is.EqualTo(claim));
        Assert.That(commit.Header("x-ms-meta-bleepstorepublishing"), Is.EqualTo("absent"));
        Assert.That(commit.Header("x-ms-blob-content-type"), Is.EqualTo("image/png"));
        Assert.That(
            commit.Headers.Keys,
            Has.None.EqualTo("x-ms-access-tier").And.None.EqualTo("If-None-Match"),
            "an archived blob cannot be copied");
        Assert.That(publish.Uri.AbsolutePath, Is.EqualTo("/store/bucket/key"));
        Assert.That(new Uri(publish.Header("x-ms-copy-source")!).AbsolutePath, Is.EqualTo(commit.Uri.AbsolutePath));
        Assert.That(new Uri(publish.Header("x-ms-copy-source")!).Query, Does.Contain("sig="));
        Assert.That(publish.Header("x-ms-source-if-match"), Is.EqualTo("\"0x5\""));
        Assert.That(publish.Header("x-ms-copy-source-blob-properties"), Is.EqualTo("false"));
        Assert.That(publish.Header("x-ms-blob-content-type"), Is.EqualTo("image/png"));
        Assert.That(publish.Header("x-ms-access-tier"), Is.EqualTo("Cool"));
        Assert.That(publish.Header("x-ms-meta-bleepstoreetag"), Is.EqualTo($"{made.ETag}:10"));
        Assert.That(publish.Header("x-ms-meta-bleepstoretoken"), Is.EqualTo(upload.UploadId));
        Assert.That(publish.Headers.Keys, Has.None.EqualTo("x-ms-meta-bleepstorekey").And.None.EqualTo("x-ms-meta-bleepstorepublishing"));
        Assert.That(publish.Header("If-None-Match"), Is.EqualTo("*"));
        Assert.That(delete.Uri.AbsolutePath, Is.EqualTo(commit.Uri.AbsolutePath));
        Assert.That(delete.Header("x-ms-lease-id"), Is.EqualTo(claim));
        Assert.That(made.Revision, Is.EqualTo("0x9"));
    }

    [Test]
    public async Task A_large_put_stages_privately_without_a_record_beforehand_and_its_commit_becomes_one()
    {
        var wire = new IsolatedWire();

        await wire.Bucket.PutAsync("key", Payload.Bytes(6 * MiB), new PutOptions { IfRevision = "0x3" });

        IReadOnlyList<SentRequest> sent = wire.Transport.Sent;
        Assert.That(
            sent.Select(static one => one.Kind), Is.EqualTo(new[] { "PUT block", "PUT block", "PUT blocklist", "PUT from url", "DELETE" }));
        Assert.That(
            sent.Where(static one => one.Kind != "PUT from url").Select(static one => one.Uri.AbsolutePath).Distinct().Single(),
            Does.StartWith("/store/.bleepstore/uploads/bucket/"));
        Assert.That(sent[2].Headers.Keys, Has.Some.EqualTo("x-ms-meta-bleepstorekey"));
        Assert.That(sent[2].Header("x-ms-meta-bleepstorepublishing"), Is.EqualTo("unknown"));
        Assert.That(sent[2].Headers.Keys, Has.None.EqualTo("If-Match"));
        Assert.That(sent[3].Header("If-Match"), Is.EqualTo("\"0x3\""));
    }

    [Test]
    public async Task A_large_put_that_fails_before_its_commit_discards_its_blocks_by_an_empty_commit_that_the_reaper_would_find()
    {
        var wire = new IsolatedWire();

        await StorageAssert.FailsAsync(
            StorageErrorCode.BadDigest,
            () => wire.Bucket.PutAsync("key", Payload.Bytes(6 * MiB), new PutOptions { ContentMd5 = new byte[16] }));

        SentRequest[] cleaning = [.. wire.Transport.Sent.Where(static sent => sent.Kind != "PUT block")];
        Assert.That(cleaning.Select(static sent => sent.Kind), Is.EqualTo(new[] { "PUT blocklist", "DELETE" }));
        Assert.That(System.Text.Encoding.UTF8.GetString(cleaning[0].Body), Does.Not.Contain("<Latest>"));
        Assert.That(cleaning[0].Headers.Keys, Has.Some.EqualTo("x-ms-meta-bleepstorekey"));
        Assert.That(
            cleaning.Select(static sent => sent.Uri.AbsolutePath).Distinct().Single(),
            Does.StartWith("/store/.bleepstore/uploads/bucket/"));
    }

    [Test]
    public async Task Where_nothing_copies_in_one_step_nothing_is_published_and_the_upload_stays()
    {
        var wire = new IsolatedWire
        {
            Publish = static _ => StubResponse.Error(501, "NotImplemented"),
            StageFromUrl = static _ => StubResponse.Error(501, "NotImplemented"),
        };
        MultipartUpload upload = await wire.BeginAsync();

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported, () => upload.CompleteAsync([IsolatedWire.Part]));

        Assert.That(error.Message, Does.Contain("InPlace"));
        Assert.That(
            wire.Kinds.Count(static kind => kind == "PUT from url"),
            Is.EqualTo(1),
            "no Copy Blob, which empties the destination before the bytes are there");
        Assert.That(wire.Kinds, Has.None.EqualTo("DELETE"));
    }

    [TestCase(5000L * MiB, 0)]
    [TestCase((5000L * MiB) + 1, 40)]
    public async Task What_one_request_cannot_copy_is_published_by_blocks_and_one_commit(long size, int blocks)
    {
        var wire = new IsolatedWire { Size = size };
        MultipartUpload upload = await wire.BeginAsync();

        ObjectProperties made = await upload.CompleteAsync([IsolatedWire.Part]);

        Assert.That(made.Size, Is.EqualTo(size));
        Assert.That(wire.Kinds.Count(static kind => kind == "PUT from url"), Is.EqualTo(blocks == 0 ? 1 : 0));
        Assert.That(wire.Kinds.Count(static kind => kind == "PUT block from url"), Is.EqualTo(blocks));
        SentRequest published = wire.Sent[^2];
        Assert.That(published.Kind, Is.EqualTo(blocks == 0 ? "PUT from url" : "PUT blocklist"));
        Assert.That(published.Uri.AbsolutePath, Is.EqualTo("/store/bucket/key"));
    }

    [Test]
    public async Task The_largest_object_there_is_is_published_in_as_many_blocks_as_a_blob_can_have()
    {
        const long tebibyte = 1024L * 1024 * MiB;
        var wire = new IsolatedWire { Size = 190 * tebibyte, StageFromUrl = static _ => StubResponse.Error(403, "AuthorizationFailure") };
        MultipartUpload upload = await wire.BeginAsync();

        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => upload.CompleteAsync([IsolatedWire.Part]));

        long[] offsets = [.. wire.Sent.Where(static sent => sent.Kind == "PUT block from url").Select(static sent => long.Parse(
            sent.Header("x-ms-source-range")!["bytes=".Length..].Split('-')[0], CultureInfo.InvariantCulture)).Order()];
        const long block = ((190 * tebibyte) + 50_000 - 1) / 50_000;
        Assert.That(offsets, Is.Not.Empty);
        Assert.That(offsets.Select(static offset => offset % block), Is.All.Zero);
    }

    [Test]
    public async Task A_publication_whose_answer_was_lost_is_recognised_by_its_token_and_the_private_blob_goes([Values] bool transient)
    {
        var wire = new IsolatedWire();
        string? token = null;
        int publications = 0;
        wire.Publish = sent =>
        {
            token = sent.Header("x-ms-meta-bleepstoretoken");
            return publications++ == 0
                ? throw new RequestFailedException("The connection broke off.")
                : StubResponse.Error(412, "ConditionNotMet");
        };
        wire.Object = () =>
            token is null ? StubResponse.Blob(new byte[10], "0x3") : StubResponse.Blob(new byte[10], "0x9", ("bleepstoretoken", token));

        ObjectProperties made = transient
            ? await wire.Bucket.PutAsync("key", Payload.Bytes(6 * MiB), new PutOptions { IfRevision = "0x3" })
            : await (await wire.BeginAsync()).CompleteAsync([IsolatedWire.Part], new CompleteOptions { IfRevision = "0x3" });

        Assert.That(made.Revision, Is.EqualTo("0x9"));
        Assert.That(publications, Is.EqualTo(2));
        Assert.That(wire.Transport.Kinds.Last(static kind => kind != "HEAD"), Is.EqualTo("DELETE"));
    }

    [Test]
    public async Task One_that_was_lost_and_is_not_there_stays_marked_and_is_told()
    {
        var wire = new IsolatedWire { Publish = static _ => StubResponse.Error(503, "ServerBusy") };
        MultipartUpload upload = await wire.BeginAsync();

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => upload.CompleteAsync([IsolatedWire.Part]));

        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(
            wire.Kinds.Distinct(),
            Is.EqualTo(new[] { "PUT lease", "HEAD", "GET blocklist", "PUT blocklist", "PUT from url" }),
            "no metadata are set, nothing is deleted");
        Assert.That(wire.Sent.Last(static sent => sent.Kind == "PUT lease").Header("x-ms-lease-action"), Is.EqualTo("release"));
    }

    [Test]
    public async Task A_refused_publication_takes_its_mark_back()
    {
        var wire = new IsolatedWire { Publish = static _ => StubResponse.Error(409, "BlobAlreadyExists") };
        MultipartUpload upload = await wire.BeginAsync();

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => upload.CompleteAsync([IsolatedWire.Part], new CompleteOptions { IfAbsent = true }));

        SentRequest back = wire.Sent.Single(static sent => sent.Uri.Query.Contains("comp=metadata", StringComparison.Ordinal));
        Assert.That(back.Headers.Keys, Has.Some.EqualTo("x-ms-meta-bleepstorekey").And.None.EqualTo("x-ms-meta-bleepstorepublishing"));
        Assert.That(back.Header("x-ms-lease-id"), Is.EqualTo(wire.Sent[0].Header("x-ms-proposed-lease-id")));
        Assert.That(wire.Kinds, Has.None.EqualTo("DELETE"));
    }

    [Test]
    public async Task A_private_blob_that_is_gone_is_NoSuchUpload()
    {
        var wire = new IsolatedWire { Publish = static _ => StubResponse.Error(404, "CannotVerifyCopySource") };
        MultipartUpload upload = await wire.BeginAsync();

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([IsolatedWire.Part]));
    }

    [TestCase(MultipartStaging.Isolated, "PUT from url")]
    [TestCase(MultipartStaging.InPlace, "GET blocklist")]
    public async Task The_claim_is_renewed_as_long_as_the_completion_takes(MultipartStaging staging, string slow)
    {
        var clock = new LeapingClock();
        var wire = new IsolatedWire(clock, staging);
        MultipartUpload upload = await wire.BeginAsync();
        wire.Transport.BeforeAnswer = (sent, token) => sent.Kind == slow ? wire.PassRenewalsAsync(clock, 4, token) : Task.CompletedTask;

        await upload.CompleteAsync([IsolatedWire.Part]);

        Assert.That(
            wire.Sent.Count(static sent => sent.Header("x-ms-lease-action") == "renew"), Is.EqualTo(4), "80 s, of which a lease lasts 60");
        Assert.That(wire.Sent.Where(static sent => sent.Kind == "PUT lease")
            .Select(static sent => sent.Header("x-ms-lease-id") ?? sent.Header("x-ms-proposed-lease-id"))
            .Distinct()
            .Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_renewal_that_throws_anything_is_one_that_failed()
    {
        var clock = new LeapingClock();
        var wire = new IsolatedWire(clock) { Renew = static _ => throw new InvalidOperationException("A policy of the application.") };
        MultipartUpload upload = await wire.BeginAsync();
        wire.Transport.BeforeAnswer = (sent, token) =>
            sent.Kind == "PUT from url" ? wire.PassRenewalsAsync(clock, 1, token) : Task.CompletedTask;

        ObjectProperties made = await upload.CompleteAsync([IsolatedWire.Part]);

        Assert.That(made.Revision, Is.EqualTo("0x9"));
        Assert.That(wire.Sent.Count(static sent => sent.Header("x-ms-lease-action") == "renew"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_claim_that_no_renewal_keeps_stops_the_publication_whatever_the_renewals_throw()
    {
        var clock = new LeapingClock();
        var wire = new IsolatedWire(clock) { Renew = static _ => throw new InvalidOperationException("A policy of the application.") };
        MultipartUpload upload = await wire.BeginAsync();
        wire.Transport.BeforeAnswer = async (sent, token) =>
        {
            if (sent.Kind == "PUT from url")
            {
                await wire.PassRenewalsAsync(clock, 1, token);
                clock.Leap(TimeSpan.FromSeconds(20));
                await Task.Delay(Timeout.InfiniteTimeSpan, token).WaitAsync(Until.Patience, token);
            }
        };

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted, () => upload.CompleteAsync([IsolatedWire.Part]));

        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task A_renewal_that_is_never_answered_loses_it_too()
    {
        var clock = new LeapingClock();
        var wire = new IsolatedWire(clock);
        MultipartUpload upload = await wire.BeginAsync();
        wire.Transport.BeforeAnswer = (sent, token) =>
        {
            if (sent.Kind != "PUT from url" && sent.Header("x-ms-lease-action") != "renew")
            {
                return Task.CompletedTask;
            }

            // First until the claim is renewed, then until that is given up.
            clock.Leap(TimeSpan.FromSeconds(20));
            return Task.Delay(Timeout.InfiniteTimeSpan, token);
        };

        await StorageAssert.FailsAsync(StorageErrorCode.OperationAborted, () => upload.CompleteAsync([IsolatedWire.Part]));
    }

    [TestCase(409, "LeaseIdMismatchWithLeaseOperation")]
    [TestCase(500, "InternalError")]
    public async Task A_claim_that_is_lost_stops_the_publication(int status, string code)
    {
        var clock = new LeapingClock();
        var wire = new IsolatedWire(clock) { Renew = _ => StubResponse.Error(status, code) };
        MultipartUpload upload = await wire.BeginAsync();
        wire.Transport.BeforeAnswer = (sent, token) =>
        {
            if (sent.Kind != "PUT from url")
            {
                return Task.CompletedTask;
            }

            // A server that fails may recover, so it is asked twice.
            clock.Leap(TimeSpan.FromSeconds(20));
            clock.Leap(TimeSpan.FromSeconds(20));
            return Task.Delay(Timeout.InfiniteTimeSpan, token);
        };

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted, () => upload.CompleteAsync([IsolatedWire.Part]));

        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(wire.Kinds, Has.None.EqualTo("DELETE"));
    }

    [Test]
    public async Task A_caller_who_cancels_the_publication_is_told_that_its_outcome_is_unknown_and_the_claim_is_given_back()
    {
        var wire = new IsolatedWire();
        MultipartUpload upload = await wire.BeginAsync();
        using var source = new CancellationTokenSource();
        wire.Transport.BeforeAnswer = async (sent, token) =>
        {
            if (sent.Kind == "PUT from url")
            {
                await source.CancelAsync();
                token.ThrowIfCancellationRequested();
            }
        };

        OperationCanceledException cancelled = await StorageAssert.ThrowsAsync<OperationCanceledException>(
            () => upload.CompleteAsync([IsolatedWire.Part], cancellationToken: source.Token));

        Assert.That(
            cancelled.InnerException, Is.InstanceOf<StorageException>().With.Property(nameof(StorageException.IsOutcomeUnknown)).True);
        Assert.That(wire.Sent[^1].Header("x-ms-lease-action"), Is.EqualTo("release"));
    }

    [Test]
    public async Task A_part_sent_during_a_completion_waits_for_it_and_asks_again_whether_there_is_an_upload()
    {
        int heads = 0, parts = 0;
        string? record = null;
        var wire = new StubTransport(sent => sent.Kind switch
        {
            "HEAD" =>
                heads++ == 0 ? StubResponse.Blob([], "0x1", ("bleepstorestaging", "isolated")) : StubResponse.Error(404, "BlobNotFound"),
            "PUT block" => parts++ == 0 ? StubResponse.Error(412, "LeaseIdMissing") : StubResponse.Written(),
            _ => StubResponse.Written(record = "0x1"),
        });
        Bucket bucket = wire.CreateBucket(static options => options.MultipartStaging = MultipartStaging.Isolated);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(1, new byte[10]));

        Assert.That(record, Is.Not.Null);
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "HEAD", "PUT block", "HEAD" }));
    }
}
