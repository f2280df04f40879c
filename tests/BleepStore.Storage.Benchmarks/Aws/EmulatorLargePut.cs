using Amazon.S3.Transfer;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>A large object over a real connection, beside the SDK's own way of sending one.</summary>
/// <param name="isFile">Whether the source is a file, which can be read twice, or a stream that cannot.</param>
internal sealed class EmulatorLargePut(bool isFile) : EmulatorCase
{
    private const long Mebibyte = 1024 * 1024;
    private const long WarmUpSize = 20 * Mebibyte;
    private const long PartSize = 8 * Mebibyte;

    public override string Name => isFile ? "aws-radosgw-large-put-file" : "aws-radosgw-large-put-stream";

    public override string Library => isFile ? "`PutAsync` of a `FileStream`" : "`PutAsync` of a stream that is not seekable";

    public override string Baseline => isFile ? "`TransferUtility.UploadAsync` of the file's path, at its defaults" : "`TransferUtility.UploadAsync` of the stream, at its defaults";

    public override string BoundBy => "Ceph, on the same machine";

    public override IReadOnlyList<Limit> Limits { get; } = [Limit.Ratio(Metric.Time, 0.9), Limit.Ratio(Metric.PeakRss, 1.0)];

    public override CaseSize FullSize => new(256 * Mebibyte, 1);

    public override CaseSize ShortSize => new(20 * Mebibyte, 1);

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        foreach (long size in isFile ? [WarmUpSize, context.Size.Bytes] : Array.Empty<long>())
        {
            await using FileStream file = File.Create(FileOf(context, size));
            await new PatternStream(size).CopyToAsync(file, cancellationToken);
        }
    }

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(side == Side.Library ? new Store(context, isFile) : new Sdk(context, isFile));

    private static string FileOf(BenchmarkContext context, long size) => Path.Combine(context.Folder, $"source-{size}");

    private abstract class Put(BenchmarkContext context) : EmulatorWorkload(context)
    {
        protected string Key { get; } = Guid.NewGuid().ToString("N");

        public override Task WarmUpAsync(CancellationToken cancellationToken) => PutAsync("warm-up", WarmUpSize, cancellationToken);

        public override Task RunAsync(CancellationToken cancellationToken) => PutAsync(Key, Context.Size.Bytes, cancellationToken);

        public override Task VerifyAsync(CancellationToken cancellationToken) => RequireStoredAsync(Key, Context.Size.Bytes, cancellationToken);

        protected abstract Task PutAsync(string key, long size, CancellationToken cancellationToken);
    }

    private sealed class Store(BenchmarkContext context, bool isFile) : Put(context)
    {
        private string _etag = "";

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            string etag = await PatternETag.OfAsync(Context.Size.Bytes, PartSize);
            Same.Require(_etag == etag, $"the ETag is {_etag}, not {etag}");
            await base.VerifyAsync(cancellationToken);
        }

        protected override async Task PutAsync(string key, long size, CancellationToken cancellationToken)
        {
            await using Stream source = isFile ? File.OpenRead(FileOf(Context, size)) : new PatternStream(size);
            _etag = (await Bucket.PutAsync(key, source, cancellationToken: cancellationToken)).ETag;
        }
    }

    private sealed class Sdk(BenchmarkContext context, bool isFile) : Put(context)
    {
        protected override async Task PutAsync(string key, long size, CancellationToken cancellationToken)
        {
            using var transfer = new TransferUtility(Client);
            var request = new TransferUtilityUploadRequest { BucketName = Upstream, Key = NameOf(key) };
            if (isFile)
            {
                request.FilePath = FileOf(Context, size);
            }
            else
            {
                request.InputStream = new PatternStream(size);
            }

            await transfer.UploadAsync(request, cancellationToken);
        }
    }
}
