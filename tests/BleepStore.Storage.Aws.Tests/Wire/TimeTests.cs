using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>How long the store waits, and how often it asks.</summary>
public sealed class TimeTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private static readonly ObjectStoreOptions Short = new() { IdleTimeout = Limit, AnswerTimeout = Limit, ServerWorkTimeout = Limit };

    /// <summary>The limit is one for the whole call, with all its attempts.</summary>
    [Test]
    public async Task A_service_that_never_answers_is_given_up(
        [Values("get", "head", "list", "put", "delete", "copy", "begin", "part", "complete", "abort")] string operation,
        [Values] bool isGiven)
    {
        var time = new ManualTime();
        int stalled = 0;
        var wire = new StubTransport(static request => request.Kind == "HEAD"
            ? StubAnswer.Object(Hello, "5d41402abc4b2a76b9719d911017c592")
            : StubAnswer.Xml("<ListPartsResult><UploadId>upload-1</UploadId><IsTruncated>false</IsTruncated></ListPartsResult>"))
        {
            BeforeAnswer = (request, token) =>
            {
                if ((request.Kind == "HEAD" && operation != "head") || request.Kind == "GET upload")
                {
                    return Task.CompletedTask;
                }

                Interlocked.Increment(ref stalled);
                time.Advance(Limit);
                return Task.Delay(Timeout.Infinite, token);
            },
        };
        Bucket bucket = isGiven
            ? wire.CreateGivenBucket(storeOptions: Short, time: time)
            : wire.CreateBucket(storeOptions: Short, time: time);
        MultipartUpload upload = bucket.GetMultipartUpload("key", "upload-1");

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.RequestTimeout, () => operation switch
        {
            "get" => bucket.GetAsync("key"),
            "head" => bucket.HeadAsync("key"),
            "list" => bucket.ListPageAsync(),
            "put" => bucket.PutAsync("key", Hello),
            "delete" => bucket.DeleteAsync("key"),
            "copy" => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "key"),
            "begin" => bucket.CreateMultipartUploadAsync("key"),
            "part" => upload.UploadPartAsync(1, Hello),
            "complete" => upload.CompleteAsync([new PartInfo { PartNumber = 1, ETag = "abc" }]),
            _ => upload.AbortAsync(),
        });

        Assert.That(error.IsOutcomeUnknown, Is.EqualTo(operation is not ("get" or "head" or "list")));
        Assert.That(error.Message, Does.Contain("Timeout"));

        // What may have begun without an answer is aborted.
        Assert.That(stalled, Is.EqualTo(operation == "begin" ? 2 : 1), "the limit leaves no time for another attempt");
    }

    /// <summary>The document of a listing comes slowly, or not at all, after its head.</summary>
    [Test]
    public async Task A_listing_that_stalls_is_given_up()
    {
        var wire = new StubTransport(static _ =>
        {
            HttpResponseMessage answer = StubAnswer.Bare(200);
            answer.Content = new StreamContent(new SilentStream());
            return answer;
        });

        await StorageAssert.FailsAsync(StorageErrorCode.RequestTimeout, () => wire.CreateBucket(storeOptions: Short).ListPageAsync());
    }

    [Test]
    public async Task The_wait_that_a_server_asks_for_is_kept_before_the_next_attempt([Values("get", "put")] string operation)
    {
        int count = 0;
        var wire = new StubTransport(_ => ++count == 1
            ? StubAnswer.Error(503, "SlowDown").With("Retry-After", "2")
            : operation == "get"
                ? StubAnswer.Object(Hello, "5d41402abc4b2a76b9719d911017c592")
                : StubAnswer.Written("5d41402abc4b2a76b9719d911017c592"));
        Bucket bucket = wire.CreateBucket();
        long began = TimeProvider.System.GetTimestamp();

        await (operation == "get" ? bucket.GetAsync("key") : (Task)bucket.PutAsync("key", Hello));

        Assert.That(wire.Sent, Has.Count.EqualTo(2));
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.GreaterThan(TimeSpan.FromSeconds(1.9)));
    }

    [Test]
    public async Task A_long_wait_that_a_server_asks_for_is_the_callers_to_decide()
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(503, "SlowDown").With("Retry-After", "60"));

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.SlowDown, () => wire.CreateBucket().GetAsync("key"));

        Assert.That((wire.Sent.Count, error.RetryAfter), Is.EqualTo((1, TimeSpan.FromSeconds(60))));
    }

    /// <summary>The attempts of one delete are the SDK's. The store adds none, unless the SDK was told to make none.</summary>
    [Test]
    public async Task Retries_of_a_delete_do_not_multiply(
        [Values("none", "IfRevision", "IfMatch", "move")] string condition, [Values(0, 1, 2)] int retries, [Values] bool isGiven)
    {
        var wire = new StubTransport(static request => request.Kind switch
        {
            "DELETE" => throw new HttpRequestException("cut", new IOException("cut")),
            "PUT copy" => StubAnswer.Xml("<CopyObjectResult><ETag>\"5d41402abc4b2a76b9719d911017c592\"</ETag></CopyObjectResult>"),
            _ => StubAnswer.Object(Hello, "5d41402abc4b2a76b9719d911017c592"),
        });
        Bucket bucket = isGiven
            ? wire.CreateGivenBucket(maxErrorRetry: retries)
            : wire.CreateBucket(options => options.ConfigureClient += config => config.MaxErrorRetry = retries);

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => condition switch
        {
            "none" => bucket.DeleteAsync("key"),
            "IfRevision" => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = "5d41402abc4b2a76b9719d911017c592" }),
            "IfMatch" => bucket.DeleteAsync("key", new DeleteOptions { IfMatch = "5d41402abc4b2a76b9719d911017c592" }),
            _ => bucket.MoveAsync("key", "other"),
        });

        Assert.That(error.IsOutcomeUnknown, Is.True);
        int attempts = retries == 0 && condition == "IfMatch" ? 2 : retries + 1;
        Assert.That(wire.Kinds.Count(static kind => kind == "DELETE"), Is.EqualTo(attempts));
    }

    private sealed class SilentStream : MemoryStream
    {
        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            await Task.Delay(Timeout.Infinite, cancellationToken);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }

        public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            await ReadAsync(buffer.AsMemory(offset, count), cancellationToken);
    }
}
