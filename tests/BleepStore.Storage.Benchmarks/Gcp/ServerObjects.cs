using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;
using BleepStore.Storage.Gcp;
using Google.Apis.Auth.OAuth2;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>Objects on the test server. The library, the vendor's client and plain HTTP use the same upstream bucket.</summary>
internal sealed class ServerObjects : LargeObjects
{
    public const string Upstream = "store";
    /// <summary>The smallest buffer that the vendor's client allows.</summary>
    private const int SmallestChunk = 256 * 1024;

    public const string Token = "token-of-the-benchmark";

    private readonly ObjectStore _store;
    private readonly string _root;
    private readonly bool _isSdk;
    private readonly SocketsHttpHandler _handler = new();

    /// <param name="context">The context of the case.</param>
    /// <param name="isSdk">Whether the baseline puts by the vendor's client, or by plain HTTP.</param>
    public ServerObjects(BenchmarkContext context, bool isSdk)
    {
        _isSdk = isSdk;
        _root = context.Timed;
        _store = GcpStore.Create(new GcpBackendOptions
        {
            Bucket = Upstream,
            ServiceUrl = new Uri(_root),
            CredentialFactory = static _ => GoogleCredential.FromAccessToken(Token),
        });
        Bucket = _store.GetBucket(BucketName);
        Http = Connect();
        Client = BareClient.Create(_handler, Token, _root);
    }

    public override Bucket Bucket { get; }

    /// <summary>Plain HTTP.</summary>
    public HttpClient Http { get; }

    /// <summary>The bare client.</summary>
    public StorageClient Client { get; }

    public static HttpClient Connect()
    {
        var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return http;
    }

    public static string NameOf(string key) => $"{BucketName}/{key}";

    public Uri MediaOf(string key) => new($"{AddressOf(key)}?alt=media");

    public override Task PutAsync(string key, LargeSource source, CancellationToken cancellationToken) => _isSdk
        ? Client.UploadObjectAsync(Upstream, NameOf(key), "application/octet-stream", source.Open(), options: null, cancellationToken)
        : PutPlainlyAsync(key, source, cancellationToken);

    public override async Task GetFileAsync(string key, string path, CancellationToken cancellationToken)
    {
        await using FileStream file = File.Create(path);
        await Client.DownloadObjectAsync(Upstream, NameOf(key), file, options: null, cancellationToken);
    }

    public override async Task<byte[]> GetStartAsync(string key, int count, CancellationToken cancellationToken)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
        using var stream = new MemoryStream(bytes);
        var options = new DownloadObjectOptions
        {
            Range = new RangeHeaderValue(0, count - 1),
            ChunkSize = SmallestChunk,

            // Otherwise the client compares a range with the hash of the whole object.
            DownloadValidationMode = DownloadValidationMode.Never,
        };
        await Client.DownloadObjectAsync(Upstream, NameOf(key), stream, options, cancellationToken);
        Same.Require(stream.Position == count, $"{stream.Position} bytes were read");
        return bytes;
    }

    public override Task<Stream> OpenAsync(string key, CancellationToken cancellationToken) =>
        Http.GetStreamAsync(MediaOf(key), cancellationToken);

    public override async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        using HttpResponseMessage deleted = await Http.DeleteAsync(new Uri(AddressOf(key)), cancellationToken);
        deleted.EnsureSuccessStatusCode();
    }

    public override async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _handler.Dispose();
        Http.Dispose();
        await _store.DisposeAsync();
    }

    private async Task PutPlainlyAsync(string key, LargeSource source, CancellationToken cancellationToken)
    {
        var address = new Uri($"{_root}upload/storage/v1/b/{Upstream}/o?uploadType=resumable&name={Escaped(key)}");
        using var begin = new HttpRequestMessage(HttpMethod.Post, address);
        begin.Content = JsonContent.Create(new Dictionary<string, string>());
        begin.Headers.Add("X-Upload-Content-Type", "application/octet-stream");
        begin.Headers.Add("X-Upload-Content-Length", source.Size.ToString(CultureInfo.InvariantCulture));
        using HttpResponseMessage session = await Http.SendAsync(begin, cancellationToken);
        session.EnsureSuccessStatusCode();

        using var content = new HashedContent(source.Open(), source.Size);
        using HttpResponseMessage answer = await Http.PutAsync(session.Headers.Location, content, cancellationToken);
        answer.EnsureSuccessStatusCode();
        using JsonDocument made = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        Same.Require(made.RootElement.GetProperty("md5Hash").ValueEquals(content.Md5), "the MD5 differs");
        Same.Require(made.RootElement.GetProperty("crc32c").ValueEquals(content.Crc32C), "the CRC32C differs");
    }

    private string AddressOf(string key) => $"{_root}storage/v1/b/{Upstream}/o/{Escaped(key)}";

    private static string Escaped(string key) => Uri.EscapeDataString(NameOf(key));
}
