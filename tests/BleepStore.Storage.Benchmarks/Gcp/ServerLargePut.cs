using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>A large object over a real connection.</summary>
/// <param name="isSdk">Whether the baseline is the vendor's client, or plain HTTP.</param>
internal sealed class ServerLargePut(bool isSdk) : ServerCase(isSdk)
{
    private const long WarmUpSize = 20 * ServerWorkload.Mebibyte;
    private const long PartSize = 8 * ServerWorkload.Mebibyte;

    public override string Name => IsSdk ? "gcp-server-large-put-sdk" : "gcp-server-large-put";

    public override string Library => "`PutAsync` of a stream that is not seekable, its length unknown";

    public override string Baseline => IsSdk
        ? "`StorageClient.UploadObjectAsync` of the same stream, at its defaults, which sends no MD5"
        : "`HttpClient`: one resumable upload in one request, its length known, MD5 and CRC32C in line and compared with the answer";

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(
            side == Side.Library ? new Store(context)
            : IsSdk ? new Sdk(context)
            : new Plain(context));

    private abstract class Put(BenchmarkContext context) : ServerWorkload(context)
    {
        private readonly string _key = Guid.NewGuid().ToString("N");

        public override Task WarmUpAsync(CancellationToken cancellationToken) => PutAsync("warm-up", WarmUpSize, cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => PutAsync(_key, Context.Size.Bytes, cancellationToken);

        public override Task VerifyAsync(CancellationToken cancellationToken) => RequireStoredAsync(_key, cancellationToken);

        protected abstract Task PutAsync(string key, long size, CancellationToken cancellationToken);
    }

    private sealed class Store(BenchmarkContext context) : Put(context)
    {
        private string _etag = "";

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            string etag = await PatternETag.OfAsync(Context.Size.Bytes, PartSize);
            Same.Require(_etag == etag, $"the ETag is {_etag}, not {etag}");
            await base.VerifyAsync(cancellationToken);
        }

        protected override async Task PutAsync(string key, long size, CancellationToken cancellationToken) =>
            _etag = (await Bucket.PutAsync(key, new PatternStream(size), cancellationToken: cancellationToken)).ETag;
    }

    private sealed class Sdk(BenchmarkContext context) : Put(context)
    {
        protected override Task PutAsync(string key, long size, CancellationToken cancellationToken) =>
            Client.UploadObjectAsync(Upstream, NameOf(key), "application/octet-stream", new PatternStream(size), options: null, cancellationToken);
    }

    private sealed class Plain(BenchmarkContext context) : Put(context)
    {
        protected override async Task PutAsync(string key, long size, CancellationToken cancellationToken)
        {
            using var begin = new HttpRequestMessage(HttpMethod.Post, UploadOf(key)) { Content = JsonContent.Create(new Dictionary<string, string>()) };
            begin.Headers.Add("X-Upload-Content-Type", "application/octet-stream");
            begin.Headers.Add("X-Upload-Content-Length", size.ToString(CultureInfo.InvariantCulture));
            using HttpResponseMessage session = await Http.SendAsync(begin, cancellationToken);
            session.EnsureSuccessStatusCode();

            using var content = new HashedContent(new PatternStream(size), size);
            using HttpResponseMessage answer = await Http.PutAsync(session.Headers.Location, content, cancellationToken);
            answer.EnsureSuccessStatusCode();
            using JsonDocument made = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            Same.Require(made.RootElement.GetProperty("md5Hash").ValueEquals(content.Md5), "the MD5 differs");
            Same.Require(made.RootElement.GetProperty("crc32c").ValueEquals(content.Crc32C), "the CRC32C differs");
        }
    }
}
