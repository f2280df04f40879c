using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>
/// Completes a large object. The baseline is the library, too, on an object of as many parts with a sixteenth of the bytes: what it costs
/// does not depend on the bytes.
/// </summary>
internal sealed class EmulatorComplete : EmulatorCase
{
    private const long Mebibyte = 1024 * 1024;
    private const int Fraction = 16;
    private const int SmallOnes = 20;

    public override string Name => "azurite-complete";

    public override string Library => "`CompleteAsync` of many parts, by a process that has staged none of them";

    public override string Baseline => $"The same of as many parts with a {Fraction}th of the bytes";

    public override string BoundBy => "Four requests";

    public override IReadOnlyList<Limit> Limits { get; } = [Limit.Ratio(Metric.Time, 1.25), Limit.Ratio(Metric.Allocated, 1.1)];

    public override CaseSize FullSize => new(1024 * Mebibyte, 128);

    public override CaseSize ShortSize => new(16 * Mebibyte, 4);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(new Completing(context, side == Side.Library ? context.Size.Bytes : context.Size.Bytes / Fraction));

    private sealed class Completing(BenchmarkContext context, long size) : EmulatorWorkload(context, Options)
    {
        private readonly string _key = Guid.NewGuid().ToString("N");
        private string _uploadId = "";
        private List<PartInfo> _parts = [];

        /// <summary>So that a sixteenth of a part is one, too.</summary>
        private static ObjectStoreOptions Options => new() { MinimumPartSize = 1 };

        public override Task WarmUpAsync(CancellationToken cancellationToken) => CompleteSmallAsync(cancellationToken);

        public override async Task ArrangeAsync(CancellationToken cancellationToken)
        {
            (_uploadId, _parts) = await StageAsync(_key, size, Context.Size.Count, cancellationToken);

            // The emulator is still busy with the memory that a gigabyte has taken. What is timed is a completion, not that.
            for (int time = 0; time < SmallOnes; time++)
            {
                await CompleteSmallAsync(cancellationToken);
            }
        }

        public override Task RunAsync(CancellationToken cancellationToken) => Bucket.GetMultipartUpload(_key, _uploadId).CompleteAsync(_parts, cancellationToken: cancellationToken);

        public override Task VerifyAsync(CancellationToken cancellationToken) => RequireStoredAsync(_key, size, cancellationToken);

        private async Task CompleteSmallAsync(CancellationToken cancellationToken)
        {
            (string id, List<PartInfo> parts) = await StageAsync("small", 2 * Mebibyte, 2, cancellationToken);
            await Bucket.GetMultipartUpload("small", id).CompleteAsync(parts, cancellationToken: cancellationToken);
        }

        private async Task<(string UploadId, List<PartInfo> Parts)> StageAsync(string key, long bytes, int count, CancellationToken cancellationToken)
        {
            MultipartUpload upload = await Bucket.CreateMultipartUploadAsync(key, cancellationToken: cancellationToken);
            var source = new PatternStream(bytes);
            byte[] part = new byte[bytes / count];
            List<PartInfo> parts = [];
            for (int number = 1; number <= count; number++)
            {
                await source.ReadExactlyAsync(part, cancellationToken);
                parts.Add(await upload.UploadPartAsync(number, part, cancellationToken: cancellationToken));
            }

            return (upload.UploadId, parts);
        }
    }
}
