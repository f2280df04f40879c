using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>A large object, read over a real connection.</summary>
/// <param name="isSdk">Whether the baseline is the vendor's client, or plain HTTP.</param>
internal sealed class ServerLargeGet(bool isSdk) : PlacedCase(ServerPlace.Place)
{
    private const string Key = "large";

    public override string Name => isSdk ? "gcp-server-large-get-sdk" : "gcp-server-large-get";

    public override string Library => "`GetAsync`, copied to `Stream.Null`; the CRC32C is compared";

    public override string Baseline => isSdk
        ? "`StorageClient.DownloadObjectAsync` into `Stream.Null`, at its defaults, which compares the CRC32C"
        : "`HttpClient`: one download in steps of 256 KiB, CRC32C in line and compared with `x-goog-hash`; no MD5, which a composed " +
            "object has not";

    public override string BoundBy => "The test server and the loopback device of the same machine";

    public override IReadOnlyList<Limit> Limits => ServerPlace.LimitsOf(isSdk);

    public override CaseSize FullSize => new(256 * LargeObjects.Mebibyte, 1);

    public override CaseSize ShortSize => new(20 * LargeObjects.Mebibyte, 1);

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await using var objects = new ServerObjects(context, isSdk);
        await objects.Bucket.PutAsync(Key, new PatternStream(context.Size.Bytes), cancellationToken: cancellationToken);
    }

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken)
    {
        var objects = new ServerObjects(context, isSdk);
        long size = context.Size.Bytes;
        return Task.FromResult<Workload>(
            side == Side.Library ? new Store(objects, size)
            : isSdk ? new Sdk(objects, size)
            : new Plain(objects, size));
    }

    private abstract class Get(ServerObjects objects, long size) : Workload
    {
        protected ServerObjects Objects => objects;

        protected long Size => size;

        public override Task WarmUpAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await objects.DisposeAsync();
            await base.DisposeAsync();
        }
    }

    private sealed class Store(ServerObjects objects, long size) : Get(objects, size)
    {
        public override async Task RunAsync(CancellationToken cancellationToken)
        {
            await using ObjectReader reader = await Objects.Bucket.GetAsync(Key, cancellationToken: cancellationToken);
            await reader.Content.CopyToAsync(Stream.Null, cancellationToken);
        }

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using ObjectReader reader = await Objects.Bucket.GetAsync(Key, cancellationToken: cancellationToken);
            await Same.RequirePatternAsync(reader.Content, Size, cancellationToken);
        }
    }

    private sealed class Sdk(ServerObjects objects, long size) : Get(objects, size)
    {
        public override Task RunAsync(CancellationToken cancellationToken) => ReadAsync(Stream.Null, cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            using var whole = new MemoryStream((int)Size);
            await ReadAsync(whole, cancellationToken);
            whole.Position = 0;
            await Same.RequirePatternAsync(whole, Size, cancellationToken);
        }

        private async Task ReadAsync(Stream destination, CancellationToken cancellationToken) =>
            await Objects.Client.DownloadObjectAsync(
                ServerObjects.Upstream, ServerObjects.NameOf(Key), destination, options: null, cancellationToken);
    }

    private sealed class Plain(ServerObjects objects, long size) : Get(objects, size)
    {
        private const int BufferSize = 256 * 1024;

        public override Task RunAsync(CancellationToken cancellationToken) => ReadAsync(Stream.Null, cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using Stream stored = await Objects.OpenAsync(Key, cancellationToken);
            await Same.RequirePatternAsync(stored, Size, cancellationToken);
        }

        private async Task ReadAsync(Stream destination, CancellationToken cancellationToken)
        {
            using HttpResponseMessage answer = await Objects.Http.GetAsync(
                Objects.MediaOf(Key), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            answer.EnsureSuccessStatusCode();
            await using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var checksum = new PlainChecksum();
            byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
            long read = 0;
            int count;
            while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                checksum.Append(buffer.AsSpan(0, count));
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                read += count;
            }

            Same.Require(read == Size, $"{read} bytes were read");
            Same.Require(
                answer.Headers.GetValues("x-goog-hash").First().Contains(checksum.Text, StringComparison.Ordinal), "the checksums differ");
        }
    }
}
