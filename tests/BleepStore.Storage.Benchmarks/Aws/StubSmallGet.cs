using Amazon.S3.Model;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>What a small get costs on this side of the wire.</summary>
internal sealed class StubSmallGet : StubCase
{
    private const int WarmUps = 3000;

    public override string Name => "aws-stub-small-get";

    public override string Library => "`GetAsync` and `ReadAllAsync`";

    public override string Baseline => "`AmazonS3Client.GetObjectAsync`, read into an array; the SDK compares the MD5 with the ETag";

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(side == Side.Library ? new Store(context) : new Sdk(context));

    private abstract class Get(BenchmarkContext context) : StubWorkload(context, WarmUps)
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
            using GetObjectResponse answer = await Client.GetObjectAsync(new GetObjectRequest { BucketName = Upstream, Key = Name }, cancellationToken);
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)answer.ContentLength);
            await answer.ResponseStream.ReadExactlyAsync(bytes, cancellationToken);
            Last = bytes;
        }
    }
}
