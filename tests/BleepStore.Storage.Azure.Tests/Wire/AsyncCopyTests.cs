using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>
/// The asynchronous Copy Blob, on a server that has nothing better. It comes to an end when the test says so, which no emulator does.
/// </summary>
public sealed class AsyncCopyTests
{
    private static readonly ObjectAddress Source = new("bucket", "a?b#c%2Fd \u00e9");

    private readonly Queue<StubResponse> _looks = new();

    [Test]
    public async Task A_pending_copy_is_waited_for_ever_longer_and_then_read()
    {
        StubTransport wire = Server();
        var time = new InstantTimers();
        Look("pending", times: 9);
        Look("success");

        ObjectProperties copy = await wire.CreateBucket(timeProvider: time).CopyAsync(Source, "key");

        Assert.That(wire.Kinds.Take(4), Is.EqualTo(new[] { "HEAD", "PUT from url", "PUT block from url", "PUT from url" }));
        Assert.That(wire.Kinds.Skip(4), Is.EqualTo(Enumerable.Repeat("HEAD", 10)));
        Assert.That(time.Waits.Select(static wait => wait.TotalSeconds), Is.EqualTo(new[] { 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10 }));
        Assert.That(copy.Size, Is.EqualTo(10));
        Assert.That(copy.Revision, Is.EqualTo("0x9"));
    }

    [Test]
    public async Task It_is_pinned_has_explicit_metadata_and_conditions_and_no_token()
    {
        StubTransport wire = Server();
        Look("success");

        await wire.CreateBucket().CopyAsync(Source, "key", new CopyOptions { IfAbsent = true });

        SentRequest sent = wire.Sent[3];
        Assert.That(sent.Header("x-ms-blob-type"), Is.Null, "Copy Blob, not Put Blob From URL");
        Assert.That(sent.Header("x-ms-copy-source"), Is.EqualTo("https://account.blob.core.windows.net/store/bucket/a%3Fb%23c%252Fd%20%C3%A9?sv=2023&sig=secret"));
        Assert.That(sent.Header("x-ms-source-if-match"), Is.EqualTo("\"0x5\""));
        Assert.That(sent.Header("If-None-Match"), Is.EqualTo("*"));
        Assert.That(sent.Header("x-ms-meta-owner"), Is.EqualTo("me"));
        Assert.That(sent.Header("x-ms-meta-bleepstoreetag"), Is.EqualTo("abc-2:10"));
        Assert.That(sent.Header("x-ms-meta-bleepstoretoken"), Is.Null, "it would be there although the copy failed");
    }

    [Test]
    public async Task The_server_is_not_asked_again_for_what_it_does_not_know()
    {
        StubTransport wire = Server();
        Look("success", times: 2);
        Bucket bucket = wire.CreateBucket();

        await bucket.CopyAsync(Source, "key");
        await bucket.CopyAsync(Source, "key2");

        Assert.That(wire.Kinds.Skip(5), Is.EqualTo(new[] { "HEAD", "PUT from url", "HEAD" }));
    }

    [Test]
    public async Task Other_properties_are_set_afterwards_on_exactly_what_was_copied()
    {
        StubTransport wire = Server();
        Look("success", times: 2);

        await wire.CreateBucket().CopyAsync(Source, "key", new CopyOptions { Attributes = new ObjectAttributes { ContentType = "text/plain" } });

        SentRequest sent = wire.Sent.Single(static sent => sent.Kind == "PUT account");
        Assert.That(sent.Header("x-ms-blob-content-type"), Is.EqualTo("text/plain"));
        Assert.That(sent.Header("x-ms-blob-content-md5"), Is.EqualTo("1B2M2Y8AsgTpgAmY7PhCfg=="), "it would be dropped otherwise");
        Assert.That(sent.Header("If-Match"), Is.EqualTo("\"0x9\""));
    }

    [TestCase("failed")]
    [TestCase("aborted")]
    public async Task A_copy_that_ends_otherwise_is_OperationAborted_with_what_the_service_said(string status)
    {
        StubTransport wire = Server();
        Look("pending");
        Look(status, description: "500 InternalServerError \"Copy failed when reading the source.\"");

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.OperationAborted, () => wire.CreateBucket().CopyAsync(Source, "key", new CopyOptions { IfAbsent = true }));

        Assert.That(error.Message, Does.Contain("Copy failed when reading the source.").And.Contain("empty object"));
        Assert.That(error.Message, Does.Contain(status).IgnoreCase.And.Not.Contain("secret"));
    }

    [Test]
    public async Task Another_write_to_the_destination_is_not_taken_for_the_copy()
    {
        StubTransport wire = Server();
        Look("success", id: "another");

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.OperationAborted, () => wire.CreateBucket().CopyAsync(Source, "key"));

        Assert.That(error.Message, Does.Contain("Another write"));
    }

    [Test]
    public async Task A_destination_that_is_deleted_meanwhile_is_not_taken_for_a_missing_source()
    {
        StubTransport wire = Server();
        Look("pending");
        _looks.Enqueue(StubResponse.Error(404, "BlobNotFound"));

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.OperationAborted, () => wire.CreateBucket().CopyAsync(Source, "key"));

        Assert.That(error.Message, Does.Contain("deleted"));
    }

    [TestCase(204)]
    [TestCase(409)]
    public async Task Cancelling_aborts_the_copy_whatever_comes_of_that(int answer)
    {
        using var stop = new CancellationTokenSource();
        StubTransport wire = Server(sent =>
        {
            if (sent.Kind == "HEAD" && _looks.Count == 1)
            {
                stop.Cancel();
            }

            return answer == 204 ? new StubResponse(204) : StubResponse.Error(409, "NoPendingCopyOperation");
        });
        Look("pending", times: 3);

        OperationCanceledException cancelled = await StorageAssert.ThrowsAsync<OperationCanceledException>(() => wire.CreateBucket().CopyAsync(Source, "key", cancellationToken: stop.Token));

        Assert.That(cancelled.CancellationToken, Is.EqualTo(stop.Token));
        SentRequest last = wire.Sent[^1];
        Assert.That(last.Kind, Is.EqualTo("PUT abort copy"));
        Assert.That(last.Uri.Query, Does.Contain("copyid=copy-1"));
        Assert.That(last.Header("x-ms-copy-action"), Is.EqualTo("abort"));
    }

    [Test]
    public async Task A_part_cannot_be_copied_there_and_is_NotSupported()
    {
        StubTransport wire = Server();
        MultipartUpload upload = wire.CreateBucket().GetMultipartUpload("key", "AAAAAAAAAAAAAAAAAAAAAA");
        Look("success");

        await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => upload.CopyPartAsync(1, Source));
    }

    /// <summary>Knows no copies from URL but Copy Blob.</summary>
    private StubTransport Server(Func<SentRequest, StubResponse>? onLook = null)
    {
        return new StubTransport(sent =>
        {
            switch (sent.Kind)
            {
                case "GET blocklist":
                    return StubResponse.Error(404, "BlobNotFound");
                case "PUT block from url":
                case "PUT from url" when sent.Header("x-ms-blob-type") is not null:
                    return StubResponse.Error(501, "NotImplemented");
                case "PUT from url":
                    return new StubResponse(202).With("ETag", "\"0x8\"").With("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT").With("x-ms-copy-id", "copy-1").With("x-ms-copy-status", "pending");
                case "PUT account":
                    return new StubResponse(200).With("ETag", "\"0x10\"").With("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT");
                case "PUT abort copy":
                    return onLook!(sent);
                case "HEAD" when sent.Uri.AbsolutePath.Contains("a%3Fb", StringComparison.Ordinal):
                    return StubResponse.Blob(new byte[10], "0x5", ("owner", "me"), ("bleepstoretoken", "AAAAAAAAAAAAAAAAAAAAAA"), ("bleepstoreetag", "abc-2:10"));
                case "HEAD":
                    onLook?.Invoke(sent);
                    return _looks.Dequeue();
                default:
                    throw new InvalidOperationException($"Not expected: {sent.Kind}");
            }
        });
    }

    private void Look(string status, int times = 1, string id = "copy-1", string? description = null)
    {
        for (int time = 0; time < times; time++)
        {
            StubResponse look = StubResponse.Blob(new byte[10], "0x9", ("owner", "me"), ("bleepstoreetag", "abc-2:10"))
                .With("x-ms-copy-id", id).With("x-ms-copy-status", status).With("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==");
            _looks.Enqueue(description is null ? look : look.With("x-ms-copy-status-description", description));
        }
    }

    /// <summary>A clock whose timers are due at once, and which keeps how long they were to wait.</summary>
    private sealed class InstantTimers : TimeProvider
    {
        private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= Limit || dueTime == Timeout.InfiniteTimeSpan)
            {
                // How long a request may take: nothing waits for that.
                return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
            }

            Waits.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
