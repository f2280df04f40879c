using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>A large object, read over a real connection.</summary>
/// <param name="isSdk">Whether the baseline is the vendor's client, or plain HTTP.</param>
internal sealed class ServerLargeGet(bool isSdk) : ServerCase(isSdk)
{
    private const string Key = "large";

    public override string Name => IsSdk ? "gcp-server-large-get-sdk" : "gcp-server-large-get";

    public override string Library => "`GetAsync`, copied to `Stream.Null`; the CRC32C is compared";

    public override string Baseline => IsSdk
        ? "`StorageClient.DownloadObjectAsync` into `Stream.Null`, at its defaults, which compares the CRC32C"
        : "`HttpClient`: one download in steps of 256 KiB, CRC32C in line and compared with `x-goog-hash`; no MD5, which a composed object has not";

    public override string BoundBy => "The test server and the loopback device of the same machine";

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await using var store = new Store(context);
        await store.FillAsync(cancellationToken);
    }

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(
            side == Side.Library ? new Store(context)
            : IsSdk ? new Sdk(context)
            : new Plain(context));

    private sealed class Store(BenchmarkContext context) : ServerWorkload(context)
    {
        public Task<ObjectProperties> FillAsync(CancellationToken cancellationToken) => Bucket.PutAsync(Key, new PatternStream(Context.Size.Bytes), cancellationToken: cancellationToken);

        public override Task WarmUpAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

        public override async Task RunAsync(CancellationToken cancellationToken)
        {
            await using ObjectReader reader = await Bucket.GetAsync(Key, cancellationToken: cancellationToken);
            await reader.Content.CopyToAsync(Stream.Null, cancellationToken);
        }

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using ObjectReader reader = await Bucket.GetAsync(Key, cancellationToken: cancellationToken);
            await Same.RequirePatternAsync(reader.Content, Context.Size.Bytes, cancellationToken);
        }
    }

    private sealed class Sdk(BenchmarkContext context) : ServerWorkload(context)
    {
        public override Task WarmUpAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => ReadAsync(Stream.Null, cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            using var whole = new MemoryStream((int)Context.Size.Bytes);
            await ReadAsync(whole, cancellationToken);
            whole.Position = 0;
            await Same.RequirePatternAsync(whole, Context.Size.Bytes, cancellationToken);
        }

        private async Task ReadAsync(Stream destination, CancellationToken cancellationToken) =>
            await Client.DownloadObjectAsync(Upstream, NameOf(Key), destination, options: null, cancellationToken);
    }

    private sealed class Plain(BenchmarkContext context) : ServerWorkload(context)
    {
        private const int BufferSize = 256 * 1024;

        public override Task WarmUpAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => ReadAsync(Stream.Null, cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using Stream stored = await Http.GetStreamAsync(MediaOf(Key), cancellationToken);
            await Same.RequirePatternAsync(stored, Context.Size.Bytes, cancellationToken);
        }

        private async Task ReadAsync(Stream destination, CancellationToken cancellationToken)
        {
            using HttpResponseMessage answer = await Http.GetAsync(MediaOf(Key), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            answer.EnsureSuccessStatusCode();
            await using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var checksum = new PlainChecksum();
            byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
            long size = 0;
            int count;
            while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                checksum.Append(buffer.AsSpan(0, count));
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                size += count;
            }

            Same.Require(size == Context.Size.Bytes, $"{size} bytes were read");
            Same.Require(answer.Headers.GetValues("x-goog-hash").First().Contains(checksum.Text, StringComparison.Ordinal), "the checksums differ");
        }
    }
}
