using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>What a small get costs on this side of the wire.</summary>
internal sealed class StubSmallGet : StubCase
{
    private const int WarmUps = 3000;

    public override string Name => "azure-stub-get-small";

    public override string Library => "`GetAsync` and `ReadAllAsync`";

    public override string Baseline => "`DownloadStreamingAsync`, read into an array";

    /// <summary>Enough for some seconds.</summary>
    public override CaseSize FullSize => new(base.FullSize.Bytes, 200_000);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(side == Side.Library ? new Store(context) : new Sdk(context));

    private abstract class Get(BenchmarkContext context) : StubWorkload(context, WarmUps, PatternStream.Bytes((int)context.Size.Bytes))
    {
        protected byte[] Last { get; set; } = [];

        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            RequireSent(bodySize: 0);
            return Same.RequirePatternAsync(new MemoryStream(Last), Context.Size.Bytes, cancellationToken);
        }
    }

    private sealed class Store(BenchmarkContext context) : Get(context)
    {
        protected override async Task DoAsync(CancellationToken cancellationToken)
        {
            await using ObjectReader reader = await Bucket.GetAsync("small", cancellationToken: cancellationToken);
            Last = await reader.ReadAllAsync(cancellationToken);
        }
    }

    private sealed class Sdk(BenchmarkContext context) : Get(context)
    {
        protected override async Task DoAsync(CancellationToken cancellationToken)
        {
            using BlobDownloadStreamingResult answer = await Container.GetBlockBlobClient("benchmark/small").DownloadStreamingAsync(cancellationToken: cancellationToken);
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)answer.Details.ContentLength);
            await answer.Content.ReadExactlyAsync(bytes, cancellationToken);
            Last = bytes;
        }
    }
}
