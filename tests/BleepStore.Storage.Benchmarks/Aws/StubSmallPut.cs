using System.Security.Cryptography;
using Amazon.S3.Model;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>What a small put costs on this side of the wire.</summary>
internal sealed class StubSmallPut : StubCase
{
    private const int WarmUps = 3000;

    public override string Name => "aws-stub-small-put";

    public override string Library => "`PutAsync` of bytes in memory";

    public override string Baseline => "`AmazonS3Client.PutObjectAsync` with the MD5 as `MD5Digest`; neither signed payload nor chunks";

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(side == Side.Library ? new Store(context) : new Sdk(context));

    private abstract class Put(BenchmarkContext context) : StubWorkload(context, WarmUps)
    {
        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            RequireSent(Context.Size.Bytes);
            return Task.CompletedTask;
        }
    }

    private sealed class Store(BenchmarkContext context) : Put(context)
    {
        protected override Task DoAsync(CancellationToken cancellationToken) => Bucket.PutAsync("small", Content, cancellationToken: cancellationToken);
    }

    private sealed class Sdk(BenchmarkContext context) : Put(context)
    {
        protected override Task DoAsync(CancellationToken cancellationToken)
        {
            var request = new PutObjectRequest
            {
                BucketName = Upstream,
                Key = Name,
                InputStream = new MemoryStream(Content, writable: false),
                MD5Digest = Convert.ToBase64String(MD5.HashData(Content)),
                UseChunkEncoding = false,
                DisablePayloadSigning = true,
            };
            return Client.PutObjectAsync(request, cancellationToken);
        }
    }
}
