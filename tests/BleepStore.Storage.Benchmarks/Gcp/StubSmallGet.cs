using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>What a small get costs on this side of the wire.</summary>
/// <param name="isSdk">Whether the baseline is the vendor's client, or plain HTTP.</param>
internal sealed class StubSmallGet(bool isSdk) : StubCase
{
    public override string Name => isSdk ? "gcp-stub-small-get-sdk" : "gcp-stub-small-get";

    public override string Library => "`GetAsync` and `ReadAllAsync`: the resource with its metadata, then the media, compared with its CRC32C";

    public override string Baseline => isSdk
        ? "`StorageClient.DownloadObjectAsync` into a `MemoryStream`, in the smallest chunks that it allows, which compares the CRC32C: the media alone, without metadata"
        : "`HttpClient`: the media alone, without metadata, compared with its CRC32C";

    public override string BoundBy => isSdk ? base.BoundBy : "What an HTTP request takes; no network is involved";

    /// <summary>Beside plain HTTP the ratio is what the SDK and this library cost together: shown, not limited.</summary>
    public override IReadOnlyList<Limit> Limits => isSdk ? base.Limits : [];

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) => Task.FromResult<Workload>(
        side == Side.Library ? new Store(context)
        : isSdk ? new Sdk(context)
        : new Plain(context));

    private abstract class Get(BenchmarkContext context, int requests) : StubWorkload(context)
    {
        protected byte[] Last { get; set; } = [];

        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            RequireRequests(requests);
            return Same.RequirePatternAsync(new MemoryStream(Last), Context.Size.Bytes, cancellationToken);
        }
    }

    private sealed class Store(BenchmarkContext context) : Get(context, requests: 2)
    {
        protected override async Task DoAsync(CancellationToken cancellationToken)
        {
            await using ObjectReader reader = await Bucket.GetAsync("small", cancellationToken: cancellationToken);
            Last = await reader.ReadAllAsync(cancellationToken);
        }
    }

    private sealed class Plain(BenchmarkContext context) : Get(context, requests: 1)
    {
        protected override async Task DoAsync(CancellationToken cancellationToken)
        {
            string address = $"{Root}storage/v1/b/{Upstream}/o/{Uri.EscapeDataString(Name)}?alt=media";
            using HttpResponseMessage answer = await Http.GetAsync(new Uri(address), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            answer.EnsureSuccessStatusCode();
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)answer.Content.Headers.ContentLength!.Value);
            await using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            await body.ReadExactlyAsync(bytes, cancellationToken);
            Same.Require(answer.Headers.GetValues("x-goog-hash").First().Contains(PlainChecksum.Of(bytes), StringComparison.Ordinal), "the checksums differ");
            Last = bytes;
        }
    }

    private sealed class Sdk(BenchmarkContext context) : Get(context, requests: 1)
    {
        /// <summary>At its default the SDK takes a buffer of 10 MiB for every download, which no object of this size is worth.</summary>
        private const int SmallestChunk = 256 * 1024;

        protected override async Task DoAsync(CancellationToken cancellationToken)
        {
            var bytes = new MemoryStream((int)Context.Size.Bytes);
            await Client.DownloadObjectAsync(Upstream, Name, bytes, new DownloadObjectOptions { ChunkSize = SmallestChunk }, cancellationToken);
            Last = bytes.GetBuffer();
        }
    }
}
