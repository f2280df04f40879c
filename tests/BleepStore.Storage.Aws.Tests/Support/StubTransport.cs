using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>A service that answers as a test says, for what no server shows on demand. Keeps what was sent.</summary>
internal sealed class StubTransport(Func<SentRequest, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly List<SentRequest> _sent = [];

    /// <summary>Answers one after another.</summary>
    public StubTransport(params HttpResponseMessage[] answers)
        : this(InOrder(answers))
    {
    }

    /// <summary>Awaited before an answer is returned.</summary>
    public Func<SentRequest, CancellationToken, Task> BeforeAnswer { get; init; } = static (_, _) => Task.CompletedTask;

    public IReadOnlyList<SentRequest> Sent
    {
        get
        {
            lock (_sent)
            {
                return [.. _sent];
            }
        }
    }

    public IEnumerable<string> Kinds => Sent.Select(static request => request.Kind);

    /// <summary>A store over this service, which is Amazon's.</summary>
    public ObjectStore CreateStore(
        Action<AwsBackendOptions>? configure = null, ObjectStoreOptions? storeOptions = null, TimeProvider? time = null)
    {
        var options = new AwsBackendOptions
        {
            Region = "eu-central-1",
            AccessKeyId = "key",
            SecretAccessKey = "secret",
            Bucket = "upstream",
            ConfigureClient = config =>
            {
                config.HttpClientFactory = new WireFactory(this);
                config.MaxErrorRetry = 1;

                // All clients of a region share the SDK's quota of retries, and tests that fail on purpose run beside others.
                config.ThrottleRetries = false;
            },
        };
        configure?.Invoke(options);
        return AwsStore.Create(options, storeOptions, timeProvider: time);
    }

    public Bucket CreateBucket(
        Action<AwsBackendOptions>? configure = null, ObjectStoreOptions? storeOptions = null, TimeProvider? time = null) =>
        CreateStore(configure, storeOptions, time).GetBucket("bucket");

    /// <summary>A bucket of a store over a client of the application's own.</summary>
    public Bucket CreateGivenBucket(
        Action<AwsBackendOptions>? configure = null,
        ObjectStoreOptions? storeOptions = null,
        int maxErrorRetry = 1,
        TimeProvider? time = null) =>
        CreateGivenStore(configure, storeOptions, maxErrorRetry, time).GetBucket("bucket");

    /// <summary>A store over a client of the application's own.</summary>
    public ObjectStore CreateGivenStore(
        Action<AwsBackendOptions>? configure = null,
        ObjectStoreOptions? storeOptions = null,
        int maxErrorRetry = 1,
        TimeProvider? time = null)
    {
        var config = new AmazonS3Config
        {
            RegionEndpoint = RegionEndpoint.EUCentral1,
            HttpClientFactory = new WireFactory(this),
            MaxErrorRetry = maxErrorRetry,
            ThrottleRetries = false,
        };
        var client = new AmazonS3Client(new BasicAWSCredentials("key", "secret"), config);
        var options = new AwsBackendOptions { Bucket = "upstream" };
        configure?.Invoke(options);
        return AwsStore.Create(client, options, storeOptions, timeProvider: time);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SentRequest sent = await SentRequest.FromAsync(request, withBody: true, cancellationToken);
        lock (_sent)
        {
            _sent.Add(sent);
        }

        await BeforeAnswer(sent, cancellationToken);
        HttpResponseMessage given = answer(sent);
        given.RequestMessage = request;
        return given;
    }

    private static Func<SentRequest, HttpResponseMessage> InOrder(HttpResponseMessage[] answers)
    {
        var left = new Queue<HttpResponseMessage>(answers);
        return request =>
            left.Count > 0 ? left.Dequeue() : throw new InvalidOperationException($"A request too many: {request.Kind} {request.Uri}");
    }
}
