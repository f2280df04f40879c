using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;
using Google.Cloud.Storage.V1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>What a small put costs on this side of the wire.</summary>
/// <param name="isSdk">Whether the baseline is the vendor's client, or plain HTTP.</param>
internal sealed class StubSmallPut(bool isSdk) : StubCase
{
    public override string Name => isSdk ? "gcp-stub-small-put-sdk" : "gcp-stub-small-put";

    public override string Library => "`PutAsync` of bytes in memory: one request";

    public override string Baseline => isSdk
        ? "`StorageClient.UploadObjectAsync` with the MD5 as `Md5Hash`, which sends a CRC32C of its own: two requests"
        : "`HttpClient`: one `multipart/related` request with `md5Hash` and `crc32c`, its answer compared";

    public override string BoundBy => isSdk ? base.BoundBy : "What an HTTP request takes; no network is involved";

    /// <summary>Beside plain HTTP the ratio is what the SDK and this library cost together: shown, not limited.</summary>
    public override IReadOnlyList<Limit> Limits => isSdk ? base.Limits : [];

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) => Task.FromResult<Workload>(
        side == Side.Library ? new Store(context)
        : isSdk ? new Sdk(context)
        : new Plain(context));

    private abstract class Put(BenchmarkContext context, int requests) : StubWorkload(context)
    {
        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            RequireRequests(requests);
            Same.Require(Bytes > Context.Size.Bytes * Context.Size.Count, $"{Bytes} bytes were sent");

            // Once more, to see what is in a body.
            var copy = new MemoryStream();
            Handler.Copy = copy;
            await DoAsync(cancellationToken);
            Same.Require(copy.ToArray().AsSpan().IndexOf(Content) >= 0, "the bytes were not in what was sent");
            Same.Require(copy.ToArray().AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(MD5.HashData(Content)))) >= 0, "the MD5 was not in what was sent");
        }
    }

    private sealed class Store(BenchmarkContext context) : Put(context, requests: 1)
    {
        protected override Task DoAsync(CancellationToken cancellationToken) => Bucket.PutAsync("small", Content, cancellationToken: cancellationToken);
    }

    private sealed class Plain(BenchmarkContext context) : Put(context, requests: 1)
    {
        private static readonly MediaTypeHeaderValue Json = new("application/json", "UTF-8");
        private static readonly MediaTypeHeaderValue Binary = new("application/octet-stream");

        protected override async Task DoAsync(CancellationToken cancellationToken)
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
            using HttpResponseMessage answer = await Http.PostAsync(new Uri(address), content, cancellationToken);
            answer.EnsureSuccessStatusCode();
            await using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            using JsonDocument made = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            Same.Require(made.RootElement.GetProperty("md5Hash").ValueEquals(md5) && made.RootElement.GetProperty("crc32c").ValueEquals(checksum), "the hashes differ");
            Same.Require(made.RootElement.GetProperty("generation").GetString()!.Length > 0, "there is no generation");
        }
    }

    private sealed class Sdk(BenchmarkContext context) : Put(context, requests: 2)
    {
        protected override Task DoAsync(CancellationToken cancellationToken)
        {
            var resource = new GcsObject { Bucket = Upstream, Name = Name, ContentType = "application/octet-stream", Md5Hash = Convert.ToBase64String(MD5.HashData(Content)) };
            return Client.UploadObjectAsync(resource, new MemoryStream(Content, writable: false), new UploadObjectOptions { ChunkSize = UploadObjectOptions.MinimumChunkSize }, cancellationToken);
        }
    }
}
