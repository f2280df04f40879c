using Azure.Storage.Blobs;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>
/// Tests the time limits of requests. A body may take as long as it makes progress, and an answer as long as the store's options allow. The
/// clock leaps to the limits.
/// </summary>
public sealed class TimeTests
{
    private static readonly ObjectStoreOptions Options = new()
    {
        IdleTimeout = TimeSpan.FromSeconds(300),
        AnswerTimeout = TimeSpan.FromSeconds(500),
        ServerWorkTimeout = TimeSpan.FromSeconds(2000),
        PartSize = 5 * 1024 * 1024,
        MinimumPartSize = 1,
    };

    /// <summary>More than a busy machine takes for what is quick.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    private readonly LeapingClock _clock = new();

    [Test]
    public async Task A_server_that_never_answers_is_given_up_after_the_answer_limit(
        [Values("PUT", "HEAD", "GET", "GET list", "DELETE")] string kind)
    {
        var wire = new StubTransport(static sent => sent.Method == "HEAD" ? StubResponse.Blob(new byte[10]) : StubResponse.Written())
        {
            BeforeAnswer = (sent, token) => sent.Kind == kind ? PassAsync(Options.AnswerTimeout, token) : Task.CompletedTask,
        };
        Bucket bucket = wire.CreateBucket(storeOptions: Options, timeProvider: _clock);

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.RequestTimeout, () => kind switch
        {
            "PUT" => bucket.PutAsync("key", new byte[10]),
            "HEAD" => bucket.HeadAsync("key"),
            "GET" => bucket.GetAsync("key"),
            "GET list" => bucket.ListPageAsync(),
            _ => bucket.DeleteAsync("key"),
        });

        Assert.That(error.Message, Does.Contain(nameof(ObjectStoreOptions.AnswerTimeout)));
        Assert.That(error.IsOutcomeUnknown, Is.EqualTo(kind is "PUT" or "DELETE"));
        Assert.That(wire.Kinds.Count(sent => sent == kind), Is.EqualTo(1), "the limit is for the whole call");
    }

    [Test]
    public async Task A_signature_that_the_application_never_gives_is_given_up_after_the_answer_limit()
    {
        var never = new TaskCompletionSource<string>();
        var wire = new StubTransport();
        Bucket bucket = wire.CreateBucket(
            options =>
            {
                options.SasToken = null;
                options.SasTokenFactory = (_, _) =>
                {
                    _clock.Leap(Options.AnswerTimeout);
                    return new ValueTask<string>(never.Task);
                };
            },
            Options,
            _clock);

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.RequestTimeout, () => bucket.HeadAsync("key").WaitAsync(Until.Patience));

        Assert.That(error.Message, Does.Contain(nameof(ObjectStoreOptions.AnswerTimeout)));
        Assert.That(wire.Sent, Is.Empty);
    }

    [TestCase("PUT from url")]
    [TestCase("PUT blocklist")]
    public async Task What_works_on_the_server_has_a_longer_limit(string kind)
    {
        var wire = new IsolatedWire(_clock, kind == "PUT from url" ? MultipartStaging.Isolated : MultipartStaging.InPlace, Options);
        MultipartUpload upload = await wire.BeginAsync();
        wire.Transport.BeforeAnswer = async (sent, token) =>
        {
            if (sent.Kind == kind)
            {
                // Step by step, because the claim on the upload is renewed meanwhile.
                await wire.PassRenewalsAsync(_clock, (int)((Options.ServerWorkTimeout - Margin).TotalSeconds / 20), token);
                await PassAsync(Margin, token);
            }
        };

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.RequestTimeout, () => upload.CompleteAsync([IsolatedWire.Part]));

        Assert.That(error.Message, Does.Contain(nameof(ObjectStoreOptions.ServerWorkTimeout)));
        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task An_upload_that_flows_is_not_ended_however_long_it_takes()
    {
        int pieces = 0;
        var wire = new SlowTransport(_ =>
        {
            pieces++;
            _clock.Leap(Options.IdleTimeout - Margin);
            return Task.CompletedTask;
        });
        await using ObjectStore store = wire.CreateStore(Options, _clock);

        ObjectProperties put = await store.GetBucket("bucket").PutAsync("key", new byte[30 * 128 * 1024]);

        Assert.That(pieces * (Options.IdleTimeout - Margin), Is.GreaterThan(Options.ServerWorkTimeout), "longer than any limit");

        Assert.That(put.Size, Is.EqualTo(30 * 128 * 1024));
        Assert.That(wire.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task An_upload_that_stands_still_is_ended_and_has_not_landed()
    {
        var wire = new SlowTransport(token => PassAsync(Options.IdleTimeout, token));
        await using ObjectStore store = wire.CreateStore(Options, _clock);

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.RequestTimeout, () => store.GetBucket("bucket").PutAsync("key", new byte[300_000]));

        Assert.That(error.Message, Does.Contain(nameof(ObjectStoreOptions.IdleTimeout)));
        Assert.That(error.IsOutcomeUnknown, Is.False);
    }

    [Test]
    public async Task A_client_that_was_given_keeps_its_own_limit_beside_the_stores()
    {
        var wire = new StubTransport(static _ => StubResponse.Written());
        var client = new BlobContainerClient(
            new Uri("https://account.blob.core.windows.net/store"), new BlobClientOptions { Transport = wire });
        await using ObjectStore store = AzureStore.Create(client, storeOptions: Options, timeProvider: _clock);

        await store.GetBucket("bucket").PutAsync("key", new byte[10]);
        wire.BeforeAnswer = (_, token) => PassAsync(Options.AnswerTimeout, token);
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.RequestTimeout, () => store.GetBucket("bucket").PutAsync("key", new byte[10]));

        Assert.That(wire.Sent[0].NetworkTimeout, Is.Null);
        Assert.That(error.Message, Does.Contain(nameof(ObjectStoreOptions.AnswerTimeout)));
    }

    [TestCase(20, 3)]
    [TestCase(3600, 1)]
    public async Task A_refusal_that_asks_for_a_long_wait_is_told_at_once_and_a_short_one_is_waited_for_by_the_SDK(int seconds, int sends)
    {
        var wire = new StubTransport(
            _ => StubResponse.Error(503, "ServerBusy").With(seconds > 100 ? "Retry-After" : "x-ms-retry-after-ms", $"{seconds}"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => wire.CreateBucket().DeleteAsync("key"));

        Assert.That(wire.Sent, Has.Count.EqualTo(sends));
        Assert.That(error.RetryAfter, Is.EqualTo(seconds > 100 ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromMilliseconds(seconds)));
    }

    [Test]
    public async Task Retries_multiply_nowhere(
        [Values("delete", "delete a revision", "abort", "put", "delete many", "delete a bucket")] string operation)
    {
        var wire = new StubTransport(sent => sent.Method is "DELETE" or "PUT" ? StubResponse.Error(503, "ServerBusy")
            : sent.Kind == "GET list" ? StubResponse.Xml("<EnumerationResults><Blobs></Blobs><NextMarker /></EnumerationResults>")
            : StubResponse.Blob(new byte[10], "0x5"));
        await using ObjectStore store = wire.CreateStore();
        Bucket bucket = store.GetBucket("bucket");

        try
        {
            await (operation switch
            {
                "delete" => bucket.DeleteAsync("key"),
                "delete a revision" => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = "0x5" }),
                "abort" => bucket.GetMultipartUpload("key", "AAAAAAAAAAAAAAAAAAAAAA").AbortAsync(),
                "put" => bucket.PutAsync("key", new byte[10], new PutOptions { IfRevision = "0x5" }),
                "delete many" => bucket.DeleteManyAsync(["key"]),
                _ => store.DeleteBucketAsync("bucket"),
            });
        }
        catch (StorageException busy)
        {
            Assert.That(busy.Code, Is.EqualTo(StorageErrorCode.ServiceUnavailable));
        }

        // Three attempts of the SDK.
        Assert.That(wire.Sent.Count(static sent => sent.Method is "DELETE" or "PUT"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_501_is_definite(
        [Values("put", "put if absent", "delete", "delete a revision", "copy", "begin", "create a bucket", "part")] string operation,
        [Values] bool isThere)
    {
        var wire = new StubTransport(sent => sent.Method is "DELETE" or "PUT" ? StubResponse.Error(501, "NotImplemented")
            : sent.Kind == "GET blocklist" ? StubResponse.Error(404, "BlobNotFound") : isThere
                || operation is "copy" or "part" ? StubResponse.Blob(new byte[10], "0x5") : StubResponse.Error(404, "BlobNotFound"));
        await using ObjectStore store = wire.CreateStore();
        Bucket bucket = store.GetBucket("bucket");

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => operation switch
        {
            "put" => bucket.PutAsync("key", new byte[10]),
            "put if absent" => bucket.PutAsync("key", new byte[10], new PutOptions { IfAbsent = true }),
            "delete" => bucket.DeleteAsync("key"),
            "delete a revision" => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = "0x5" }),
            "copy" => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "key"),
            "begin" => bucket.CreateMultipartUploadAsync("key"),
            "part" => bucket.GetMultipartUpload("key", "AAAAAAAAAAAAAAAAAAAAAA").UploadPartAsync(1, new byte[10]),
            _ => store.CreateBucketAsync("bucket"),
        });

        Assert.That(error.IsOutcomeUnknown, Is.False);
    }

    /// <summary>Lets a limit pass. Until it is reached, nothing ends.</summary>
    private Task PassAsync(TimeSpan limit, CancellationToken token)
    {
        _clock.Leap(limit - Margin);
        Assert.That(token.IsCancellationRequested, Is.False);
        _clock.Leap(Margin);
        return Task.Delay(Timeout.InfiniteTimeSpan, token);
    }
}
