using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;
using BleepStore.Storage.Gcp;
using Google.Apis.Auth.OAuth2;
using Google.Cloud.Storage.V1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>The library, and either the bare client or plain HTTP, all on <see cref="AnsweringHandler"/>.</summary>
internal sealed class GcpStub : StubService
{
    public const string Root = "https://storage.googleapis.com/";
    public const string Token = "token-of-the-benchmark";

    private const string Upstream = "store";

    /// <summary>At its default the SDK takes a buffer of 10 MiB for every download, which no object of this size is worth.</summary>
    private const int SmallestChunk = 256 * 1024;

    private static readonly MediaTypeHeaderValue Json = new("application/json", "UTF-8");
    private static readonly MediaTypeHeaderValue Binary = new("application/octet-stream");

    private readonly bool _isSdk;
    private readonly ObjectStore _store;
    private readonly AnsweringHandler _handler;
    private readonly StorageClient _client;
    private readonly HttpClient _http;

    private GcpStub(byte[] content, bool isSdk)
        : base(content)
    {
        _isSdk = isSdk;
        _handler = new AnsweringHandler(content, Traffic);
        _store = GcpStore.Create(new GcpBackendOptions
        {
            Bucket = Upstream,
            CredentialFactory = static _ => GoogleCredential.FromAccessToken(Token),
            HandlerFactory = _ => _handler,
        });
        Bucket = _store.GetBucket(BucketName);
        _client = BareClient.Create(_handler, Token);
        _http = new HttpClient(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public override Bucket Bucket { get; }

    /// <summary>The resource goes before the bytes.</summary>
    public override bool SendsBareBodies => false;

    /// <param name="isSdk">Whether the baseline is the vendor's client, or plain HTTP.</param>
    public static StubOperation SmallPut(bool isSdk) => new(
        isSdk ? "gcp-stub-small-put-sdk" : "gcp-stub-small-put",
        "`PutAsync` of bytes in memory: one request",
        isSdk
            ? "`StorageClient.UploadObjectAsync` with the MD5 as `Md5Hash`, which sends a CRC32C of its own: two requests"
            : "`HttpClient`: one `multipart/related` request with `md5Hash` and `crc32c`, its answer compared",
        content => new GcpStub(content, isSdk))
    {
        BaselineRequests = isSdk ? 2 : 1,
        IsPlainHttp = !isSdk,
    };

    /// <param name="isSdk">Whether the baseline is the vendor's client, or plain HTTP.</param>
    public static StubOperation SmallGet(bool isSdk) => new(
        isSdk ? "gcp-stub-small-get-sdk" : "gcp-stub-small-get",
        "`GetAsync` and `ReadAllAsync`: the resource with its metadata, then the media, compared with its CRC32C",
        isSdk
            ? "`StorageClient.DownloadObjectAsync` into a `MemoryStream`, in the smallest chunks that it allows, which compares the " +
                "CRC32C: the media alone, without metadata"
            : "`HttpClient`: the media alone, without metadata, compared with its CRC32C",
        content => new GcpStub(content, isSdk))
    {
        LibraryRequests = 2,
        IsPlainHttp = !isSdk,
    };

    public override Task PutAsync(CancellationToken cancellationToken) =>
        _isSdk ? PutBySdkAsync(cancellationToken) : PutPlainAsync(cancellationToken);

    public override Task GetAsync(CancellationToken cancellationToken) =>
        _isSdk ? GetBySdkAsync(cancellationToken) : GetPlainAsync(cancellationToken);

    public override void RequireIn(ReadOnlySpan<byte> body)
    {
        base.RequireIn(body);
        string md5 = Convert.ToBase64String(MD5.HashData(Content));
        Same.Require(body.IndexOf(Encoding.ASCII.GetBytes(md5)) >= 0, "the MD5 was not in what was sent");
    }

    public override async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _client.Dispose();
        await _store.DisposeAsync();
        _handler.Dispose();
        await base.DisposeAsync();
    }

    private Task<GcsObject> PutBySdkAsync(CancellationToken cancellationToken)
    {
        var resource =
            new GcsObject
            {
                Bucket = Upstream,
                Name = Name,
                ContentType = "application/octet-stream",
                Md5Hash = Convert.ToBase64String(MD5.HashData(Content)),
            };
        return _client.UploadObjectAsync(
            resource,
            new MemoryStream(Content, writable: false),
            new UploadObjectOptions { ChunkSize = UploadObjectOptions.MinimumChunkSize },
            cancellationToken);
    }

    private async Task PutPlainAsync(CancellationToken cancellationToken)
    {
        string md5 = Convert.ToBase64String(MD5.HashData(Content));
        string checksum = PlainChecksum.Of(Content);
        string resource = $$"""{"contentType":"application/octet-stream","md5Hash":"{{md5}}","crc32c":"{{checksum}}"}""";
        using var first = new ByteArrayContent(Encoding.UTF8.GetBytes(resource));
        first.Headers.ContentType = Json;
        using var second = new ByteArrayContent(Content);
        second.Headers.ContentType = Binary;
        using var content = new MultipartContent("related") { first, second };
        string address = $"{Root}upload/storage/v1/b/{Upstream}/o?uploadType=multipart&name={Uri.EscapeDataString(Name)}";
        using HttpResponseMessage answer = await _http.PostAsync(new Uri(address), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
        await using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using JsonDocument made = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        Same.Require(
            made.RootElement.GetProperty("md5Hash").ValueEquals(md5) && made.RootElement.GetProperty("crc32c").ValueEquals(checksum),
            "the hashes differ");
        Same.Require(made.RootElement.GetProperty("generation").GetString()!.Length > 0, "there is no generation");
    }

    private async Task GetBySdkAsync(CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream(Content.Length);
        await _client.DownloadObjectAsync(
            Upstream, Name, bytes, new DownloadObjectOptions { ChunkSize = SmallestChunk }, cancellationToken);
        Last = bytes.GetBuffer();
    }

    private async Task GetPlainAsync(CancellationToken cancellationToken)
    {
        string address = $"{Root}storage/v1/b/{Upstream}/o/{Uri.EscapeDataString(Name)}?alt=media";
        using HttpResponseMessage answer = await _http.GetAsync(
            new Uri(address), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        answer.EnsureSuccessStatusCode();
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)answer.Content.Headers.ContentLength!.Value);
        await using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await body.ReadExactlyAsync(bytes, cancellationToken);
        Same.Require(
            answer.Headers.GetValues("x-goog-hash").First().Contains(PlainChecksum.Of(bytes), StringComparison.Ordinal),
            "the checksums differ");
        Last = bytes;
    }
}
