using System.Security.Cryptography;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>What a small put costs on this side of the wire.</summary>
internal sealed class StubSmallPut : BenchmarkCase
{
    private const int WarmUps = 3000;

    public override string Name => "azure-stub-put-small";

    public override string Library => "`PutAsync` of bytes in memory";

    public override string Baseline => "`BlockBlobClient.UploadAsync` with the MD5 as `ContentHash`";

    public override string BoundBy => "The SDK's pipeline; no network is involved";

    public override IReadOnlyList<Limit> Limits { get; } = [Limit.Ratio(Metric.CpuTime, 1.1), Limit.Ratio(Metric.Allocated, 1.1)];

    public override CaseSize FullSize => new(4096, 20_000);

    public override CaseSize ShortSize => new(4096, 500);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(side == Side.Library ? new Store(context) : new Sdk(context));

    private abstract class Put(BenchmarkContext context) : StubWorkload(context, WarmUps, blob: [])
    {
        protected byte[] Bytes { get; } = PatternStream.Bytes((int)context.Size.Bytes);

        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            (long bytes, int requests) = (Transport.BytesReceived - Before.Bytes, Transport.Requests - Before.Requests);
            Same.Require(requests == Context.Size.Count, $"{requests} requests were sent");
            Same.Require(bytes == Context.Size.Bytes * Context.Size.Count, $"{bytes} bytes were sent");
            return Task.CompletedTask;
        }
    }

    private sealed class Store(BenchmarkContext context) : Put(context)
    {
        protected override Task DoAsync(CancellationToken cancellationToken) => Bucket.PutAsync("small", Bytes, cancellationToken: cancellationToken);
    }

    private sealed class Sdk(BenchmarkContext context) : Put(context)
    {
        protected override Task DoAsync(CancellationToken cancellationToken)
        {
            var options = new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentHash = MD5.HashData(Bytes) } };
            return Container.GetBlockBlobClient("benchmark/small").UploadAsync(new MemoryStream(Bytes, writable: false), options, cancellationToken);
        }
    }
}
