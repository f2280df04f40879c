using System.Net.Http.Headers;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;
using BleepStore.Storage.Gcp;
using Google.Apis.Auth.OAuth2;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>One side of a case on the test server: the library and plain HTTP, on the same upstream bucket.</summary>
internal abstract class ServerWorkload : Workload
{
    public const long Mebibyte = 1024 * 1024;
    public const string Upstream = "store";
    public const string Token = "token-of-the-benchmark";

    private const string BucketName = "benchmark";

    private readonly ObjectStore _store;
    private readonly string _root;
    private readonly SocketsHttpHandler _handler = new();

    protected ServerWorkload(BenchmarkContext context)
    {
        Context = context;
        _root = context.Server!;
        _store = GcpStore.Create(new GcpBackendOptions { Bucket = Upstream, ServiceUrl = new Uri(_root), CredentialFactory = static _ => GoogleCredential.FromAccessToken(Token) });
        Bucket = _store.GetBucket(BucketName);
        Http = Connect();
        Client = BareClient.Create(_handler, Token, _root);
    }

    protected BenchmarkContext Context { get; }

    protected Bucket Bucket { get; }

    /// <summary>Plain HTTP.</summary>
    protected HttpClient Http { get; }

    /// <summary>The bare client.</summary>
    protected StorageClient Client { get; }

    public static HttpClient Connect()
    {
        var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return http;
    }

    public override async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _handler.Dispose();
        Http.Dispose();
        await _store.DisposeAsync();
        await base.DisposeAsync();
    }

    protected Uri UploadOf(string key) => new($"{_root}upload/storage/v1/b/{Upstream}/o?uploadType=resumable&name={Escaped(key)}");

    protected Uri MediaOf(string key) => new($"{_root}storage/v1/b/{Upstream}/o/{Escaped(key)}?alt=media");

    /// <summary>Compares what is stored, read by plain HTTP, and deletes it.</summary>
    protected async Task RequireStoredAsync(string key, CancellationToken cancellationToken)
    {
        await using (Stream stored = await Http.GetStreamAsync(MediaOf(key), cancellationToken))
        {
            await Same.RequirePatternAsync(stored, Context.Size.Bytes, cancellationToken);
        }

        using HttpResponseMessage deleted = await Http.DeleteAsync(new Uri($"{_root}storage/v1/b/{Upstream}/o/{Escaped(key)}"), cancellationToken);
        deleted.EnsureSuccessStatusCode();
    }

    protected static string NameOf(string key) => $"{BucketName}/{key}";

    private static string Escaped(string key) => Uri.EscapeDataString(NameOf(key));
}
