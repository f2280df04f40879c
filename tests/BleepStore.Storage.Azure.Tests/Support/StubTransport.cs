using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>A service that answers as a test says, for what the emulator does not show. Keeps what was sent.</summary>
internal sealed class StubTransport(Func<SentRequest, Response> answer) : HttpPipelineTransport
{
    private readonly List<SentRequest> _sent = [];

    /// <summary>Answers one after another.</summary>
    public StubTransport(params Response[] answers)
        : this(InOrder(answers))
    {
    }

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

    /// <summary>Waited for before a request is answered. The default does nothing.</summary>
    public Func<SentRequest, CancellationToken, Task>? BeforeAnswer { get; set; }

    public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException("Everything is asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        message.CancellationToken.ThrowIfCancellationRequested();
        SentRequest request = await SentRequest.FromAsync(
            message.Request, withBody: true, message.CancellationToken) with
        { NetworkTimeout = message.NetworkTimeout };
        lock (_sent)
        {
            _sent.Add(request);
        }

        if (BeforeAnswer is { } before)
        {
            await before(request, message.CancellationToken);
        }

        Response response = answer(request);
        response.ClientRequestId = message.Request.ClientRequestId;
        message.Response = response;
    }

    /// <summary>A store over this service.</summary>
    public ObjectStore CreateStore(
        Action<AzureBackendOptions>? configure = null, ObjectStoreOptions? storeOptions = null, TimeProvider? timeProvider = null)
    {
        var options = new AzureBackendOptions
        {
            AccountUrl = new Uri("https://account.blob.core.windows.net"),
            SasToken = "?sv=2023&sig=secret",
            Container = "store",
            TransportFactory = () => this,
            ConfigureClient = static client =>
            {
                client.Retry.Delay = TimeSpan.Zero;
                client.Retry.MaxDelay = TimeSpan.Zero;
                client.Retry.MaxRetries = 2;
            },
        };
        configure?.Invoke(options);
        return AzureStore.Create(options, storeOptions, timeProvider: timeProvider);
    }

    public Bucket CreateBucket(
        Action<AzureBackendOptions>? configure = null, ObjectStoreOptions? storeOptions = null, TimeProvider? timeProvider = null) =>
        CreateStore(configure, storeOptions, timeProvider).GetBucket("bucket");

    private static Func<SentRequest, Response> InOrder(Response[] answers)
    {
        var left = new Queue<Response>(answers);
        return request =>
            left.Count > 0 ? left.Dequeue() : throw new InvalidOperationException($"A request too many: {request.Kind} {request.Uri}");
    }
}
