using System.Security.Cryptography;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>What a small put costs on this side of the wire.</summary>
internal sealed class StubSmallPut : StubCase
{
    private const int WarmUps = 3000;

    public override string Name => "azure-stub-put-small";

    public override string Library => "`PutAsync` of bytes in memory";

    public override string Baseline => "`BlockBlobClient.UploadAsync` with the MD5 as `ContentHash`";

    /// <summary>Enough for some seconds.</summary>
    public override CaseSize FullSize => new(base.FullSize.Bytes, 200_000);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(side == Side.Library ? new Store(context) : new Sdk(context));

    private abstract class Put(BenchmarkContext context) : StubWorkload(context, WarmUps, blob: [])
    {
        protected byte[] Source { get; } = PatternStream.Bytes((int)context.Size.Bytes);

        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            RequireSent(Context.Size.Bytes);
            return Task.CompletedTask;
        }
    }

    private sealed class Store(BenchmarkContext context) : Put(context)
    {
        protected override Task DoAsync(CancellationToken cancellationToken) => Bucket.PutAsync("small", Source, cancellationToken: cancellationToken);
    }

    private sealed class Sdk(BenchmarkContext context) : Put(context)
    {
        protected override Task DoAsync(CancellationToken cancellationToken)
        {
            var options = new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentHash = MD5.HashData(Source) } };
            return Container.GetBlockBlobClient("benchmark/small").UploadAsync(new MemoryStream(Source, writable: false), options, cancellationToken);
        }
    }
}
