using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>Puts the parts of a large object together.</summary>
internal sealed class LocalComplete : LocalCase
{
    private const long Mebibyte = 1024 * 1024;
    private const string ObjectName = "completed";

    public override string Name => "local-complete";

    public override string Library => "`CompleteAsync` of parts that are on the disk; flushed";

    public override string Baseline => "`File.Copy` of as many bytes (in the kernel), flushed, renamed, folder flushed";

    public override string BoundBy => "The disk: every byte is written once";

    public override IReadOnlyList<Limit> Limits { get; } = [Limit.Ratio(Metric.Time, 1.2), Limit.Figure(Metric.ManagedPeak, 64 * Mebibyte)];

    public override CaseSize FullSize => new(1024 * Mebibyte, 128);

    public override CaseSize ShortSize => new(20 * Mebibyte, 4);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(side == Side.Library ? new Store(context) : new Plain(context));

    private sealed class Store(BenchmarkContext context) : LocalWorkload(RootIn(context))
    {
        private MultipartUpload? _upload;
        private List<PartInfo> _parts = [];

        public override async Task WarmUpAsync(CancellationToken cancellationToken)
        {
            (MultipartUpload upload, List<PartInfo> parts) = await UploadAsync("warm-up", 12 * Mebibyte, 2, cancellationToken);
            await upload.CompleteAsync(parts, cancellationToken: cancellationToken);
        }

        public override async Task ArrangeAsync(CancellationToken cancellationToken)
        {
            (_upload, _parts) = await UploadAsync(ObjectName, context.Size.Bytes, context.Size.Count, cancellationToken);
            SystemDisk.Settle();
        }

        public override Task RunAsync(CancellationToken cancellationToken) => _upload!.CompleteAsync(_parts, cancellationToken: cancellationToken);

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using (ObjectReader reader = await Bucket.GetAsync(ObjectName, cancellationToken: cancellationToken))
            {
                await Same.RequirePatternAsync(reader.Content, context.Size.Bytes, cancellationToken);
            }

            await Bucket.DeleteAsync(ObjectName, cancellationToken: cancellationToken);
        }

        private async Task<(MultipartUpload Upload, List<PartInfo> Parts)> UploadAsync(string key, long size, int count, CancellationToken cancellationToken)
        {
            MultipartUpload upload = await Bucket.CreateMultipartUploadAsync(key, cancellationToken: cancellationToken);
            var source = new PatternStream(size);
            byte[] part = new byte[size / count];
            var parts = new List<PartInfo>();
            for (int number = 1; number <= count; number++)
            {
                await source.ReadExactlyAsync(part, cancellationToken);
                parts.Add(await upload.UploadPartAsync(number, part, cancellationToken: cancellationToken));
            }

            return (upload, parts);
        }
    }

    private sealed class Plain(BenchmarkContext context) : Workload
    {
        private readonly string _path = Path.Combine(PlainFolder(context), ObjectName);

        private string Source => _path + ".source";

        public override async Task WarmUpAsync(CancellationToken cancellationToken)
        {
            await PlainFiles.PutAsync(Source, new PatternStream(12 * Mebibyte), cancellationToken);
            PlainFiles.Copy(Source, _path);
        }

        public override async Task ArrangeAsync(CancellationToken cancellationToken)
        {
            await PlainFiles.PutAsync(Source, new PatternStream(context.Size.Bytes), cancellationToken);
            SystemDisk.Settle();
        }

        public override Task RunAsync(CancellationToken cancellationToken)
        {
            PlainFiles.Copy(Source, _path);
            return Task.CompletedTask;
        }

        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            await using (FileStream file = File.OpenRead(_path))
            {
                await Same.RequirePatternAsync(file, context.Size.Bytes, cancellationToken);
            }

            File.Delete(_path);
            File.Delete(Source);
        }
    }
}
