using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.S3;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared.Network;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>
/// Sockets that break when the server has done what was asked and nobody has heard of it. The server is one that keeps all that Amazon's
/// documentation says of conditions.
/// </summary>
public sealed class LostAnswerTests
{
    private const string Upstream = "/upstream/bucket/";

    private static readonly byte[] New = Payload.Bytes(2000);
    private static readonly byte[] Old = "old"u8.ToArray();

    /// <summary>One lost answer is made up for by a retry. That a write was sent twice must not be taken for another's.</summary>
    [Test]
    public async Task A_write_succeeds_although_its_first_answer_is_lost(
        [Values("put", "create", "swap", "delete", "delete if", "copy", "copy if", "move", "begin", "part", "copy part", "complete", "complete if", "abort")] string operation,
        [Values] CutKind kind,
        [Values(CutMoment.AfterRequest, CutMoment.BeforeAnswer)] CutMoment moment,
        [Values] bool isGiven)
    {
        await using var lab = new Lab(isGiven);
        Func<Task> run = await lab.PrepareAsync(operation);
        CutRule cut = lab.Proxy.Cut(LostWrites.About(operation), times: 1, moment, kind);

        // Nobody knows of a client that was given whether it has sent an abort twice.
        if (isGiven && operation == "abort")
        {
            Assert.That((await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, run)).IsOutcomeUnknown, Is.True);
        }
        else
        {
            await run();
        }

        Assert.That(cut.Cuts, Is.EqualTo(1));
        await lab.AssertDoneAsync(operation);
    }

    /// <summary>
    /// All answers to the write are lost. A write that is recognised by its token or its absence is a success. The outcome of all others is
    /// unknown.
    /// </summary>
    [Test]
    public async Task A_write_whose_answers_are_all_lost_is_looked_for(
        [Values("put", "create", "swap", "delete if", "copy", "copy if", "move", "begin", "part", "copy part", "complete", "complete if", "abort")] string operation,
        [Values] CutKind kind,
        [Values] bool isGiven)
    {
        await using var lab = new Lab(isGiven);
        Func<Task> run = await lab.PrepareAsync(operation);
        CutRule cut = lab.Proxy.Cut(LostWrites.About(operation), times: 100, CutMoment.BeforeAnswer, kind);

        if (operation is "put" or "copy" or "begin" or "part" or "copy part" or "abort")
        {
            StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, run);
            Assert.That(error.IsOutcomeUnknown, Is.True);
        }
        else
        {
            await run();
        }

        Assert.That(cut.Cuts, isGiven ? Is.GreaterThanOrEqualTo(3) : Is.EqualTo(3));
        await lab.AssertDoneAsync(operation);
    }

    /// <summary>Nothing of ours sends a write again but the SDK, which counts.</summary>
    [Test]
    public async Task A_write_without_a_body_goes_out_as_often_as_the_SDK_says(
        [Values("delete", "copy", "begin", "abort", "empty put")] string operation, [Values] CutKind kind)
    {
        await using var lab = new Lab(isGiven: false, config => config.MaxErrorRetry = 0);
        Func<Task> run = await lab.PrepareAsync(operation);
        lab.Proxy.Cut(LostWrites.About(operation), times: 1, CutMoment.BeforeAnswer, kind);

        try
        {
            await run();
        }
        catch (StorageException error)
        {
            Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.ServiceUnavailable, true)));
        }

        Assert.That(lab.Proxy.Requests.Count(request => LostWrites.About(operation)(request.Method, request.Target)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_delete_says_that_it_has_no_body()
    {
        await using var lab = new Lab(isGiven: false);
        Func<Task> run = await lab.PrepareAsync("delete");

        await run();

        Assert.That(lab.Sent.Last(static sent => sent.Kind == "DELETE").Header("Content-Length"), Is.EqualTo("0"));
        Assert.That(
            lab.Sent.Where(static sent => sent.Method is "HEAD" or "GET").Select(static sent => sent.Header("Content-Length")),
            Is.All.Null);
    }

    /// <summary>Another's write between the lost answer and the look is not ours, and ours may have been before it.</summary>
    [Test]
    public async Task A_write_that_was_replaced_after_its_answer_was_lost_is_of_unknown_outcome([Values] bool isGiven)
    {
        await using var lab = new Lab(isGiven);
        Func<Task> run = await lab.PrepareAsync("create");
        lab.Proxy.Cut(LostWrites.About("create"), times: 1, CutMoment.BeforeAnswer);
        lab.AfterWrite = server => server.Put(Upstream + "key", Old);

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, run);

        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(lab.Server.Read(Upstream + "key"), Is.EqualTo(Old));
    }

    [TestCase("put", false)]
    [TestCase("delete", false)]
    [TestCase("create", false)]
    [TestCase("complete", false)]
    public async Task A_refused_connection_leaves_no_doubt(string operation, bool isGiven)
    {
        int port = FreePorts.Take(1)[0];
        await using ObjectStore store = Lab.CreateStore(new Uri($"http://127.0.0.1:{port}/"), isGiven, configure: null);
        Bucket bucket = store.GetBucket("bucket");

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => operation switch
        {
            "put" => bucket.PutAsync("key", New),
            "delete" => bucket.DeleteAsync("key"),
            "create" => bucket.PutAsync("key", New, new PutOptions { IfAbsent = true }),
            _ => bucket.GetMultipartUpload("key", "upload-1").CompleteAsync([new PartInfo { PartNumber = 1, ETag = "abc" }]),
        });

        Assert.That(error.IsOutcomeUnknown, Is.False, error.Message);
    }

    /// <summary>A server, a proxy before it that cuts, and a store that knows the proxy only.</summary>
    private sealed class Lab : IAsyncDisposable
    {
        private readonly StubServer _listener;
        private readonly ObjectStore _store;
        private readonly ConcurrentQueue<SentRequest> _sent = [];

        public Lab(bool isGiven, Action<AmazonS3Config>? configure = null)
        {
            _listener = new StubServer(request =>
            {
                _sent.Enqueue(request);
                HttpResponseMessage answer = Server.Answer(request);
                if (request.Method == "PUT")
                {
                    AfterWrite?.Invoke(Server);
                    AfterWrite = null;
                }

                return answer;
            });
            Proxy = new CuttingProxy(_listener.Address);
            _store = CreateStore(Proxy.Address, isGiven, configure);
            Bucket = _store.GetBucket("bucket");
        }

        public ConditionServer Server { get; } = new(ConditionAnswer.Honours, ConditionAnswer.Honours);

        public CuttingProxy Proxy { get; }

        public IReadOnlyList<SentRequest> Sent => [.. _sent];

        public Action<ConditionServer>? AfterWrite { get; set; }

        private Bucket Bucket { get; }

        public static ObjectStore CreateStore(Uri url, bool isGiven, Action<AmazonS3Config>? configure)
        {
            if (!isGiven)
            {
                var options = new AwsBackendOptions
                {
                    ServiceUrl = url,
                    AccessKeyId = "key",
                    SecretAccessKey = "secret",
                    Bucket = "upstream",
                    Compatibility = AwsCompatibility.Aws,
                    ForcePathStyle = true,
                    ConfigureClient = configure,
                };
                return AwsStore.Create(options);
            }

            var config = new AmazonS3Config
            {
                ServiceURL = url.AbsoluteUri,
                AuthenticationRegion = "us-east-1",
                ForcePathStyle = true,
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            };
            configure?.Invoke(config);
            return AwsStore.Create(
                new AmazonS3Client(new BasicAWSCredentials("key", "secret"), config),
                new AwsBackendOptions { Bucket = "upstream", Compatibility = AwsCompatibility.Aws });
        }

        public Task<Func<Task>> PrepareAsync(string operation) => new LostWrites(Bucket, Old, New).PrepareAsync(operation);

        public async Task AssertDoneAsync(string operation)
        {
            await Proxy.SettleAsync();
            switch (operation)
            {
                case "delete" or "delete if":
                    Assert.That(Server.Names, Is.EquivalentTo(new[] { Upstream + "source" }));
                    break;
                case "move":
                    Assert.That(Server.Names, Is.EquivalentTo(new[] { Upstream + "old", Upstream + "key" }));
                    Assert.That(Server.Read(Upstream + "key"), Is.EqualTo(New));
                    break;
                case "swap":
                    Assert.That(Server.Names, Is.EquivalentTo(new[] { Upstream + "old", Upstream + "source" }));
                    Assert.That(Server.Read(Upstream + "old"), Is.EqualTo(New));
                    break;
                case "abort":
                    Assert.That((Server.OpenUploads, Server.Names.Count), Is.EqualTo((0, 2)));
                    break;
                case "begin":
                    // There is one for every time the request was sent, because their origin is unknown.
                    Assert.That(Server.OpenUploads, Is.GreaterThanOrEqualTo(2));
                    break;
                case "part" or "copy part":
                    Assert.That(Server.Staged, Is.EqualTo(New));
                    break;
                default:
                    Assert.That(Server.Names, Is.EquivalentTo(new[] { Upstream + "old", Upstream + "source", Upstream + "key" }));
                    Assert.That(Server.Read(Upstream + "key"), Is.EqualTo(New));
                    break;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _store.DisposeAsync();
            await Proxy.DisposeAsync();
            await _listener.DisposeAsync();
        }
    }
}
