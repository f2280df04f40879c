using System.Net.Http.Headers;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;
using BleepStore.Storage.Gcp;
using Google.Apis.Auth.OAuth2;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>One side of a case that talks to <see cref="AnsweringHandler"/>.</summary>
internal abstract class StubWorkload : RepeatedWorkload
{
    public const string Root = "https://storage.googleapis.com/";
    public const string Token = "token-of-the-benchmark";

    protected const string Upstream = "store";
    protected const string Name = "benchmark/small";

    private const int WarmUps = 3000;

    private readonly ObjectStore _store;

    protected StubWorkload(BenchmarkContext context)
        : base(context, WarmUps)
    {
        Content = PatternStream.Bytes((int)context.Size.Bytes);
        Handler = new AnsweringHandler(Content, Traffic);
        _store = GcpStore.Create(new GcpBackendOptions
        {
            Bucket = Upstream,
            CredentialFactory = static _ => GoogleCredential.FromAccessToken(Token),
            HandlerFactory = _ => Handler,
        });
        Bucket = _store.GetBucket("benchmark");
        Client = BareClient.Create(Handler, Token);
        Http = new HttpClient(Handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    /// <summary>The bytes of the object.</summary>
    protected byte[] Content { get; }

    protected AnsweringHandler Handler { get; }

    protected Bucket Bucket { get; }

    /// <summary>The bare client.</summary>
    protected StorageClient Client { get; }

    /// <summary>Plain HTTP.</summary>
    protected HttpClient Http { get; }

    public override async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Client.Dispose();
        await _store.DisposeAsync();
        Handler.Dispose();
        await base.DisposeAsync();
    }

    protected void RequireRequests(int each) => Same.Require(Requests == each * Context.Size.Count, $"{Requests} requests were sent");
}
