using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>A server of S3 uploads that drops what it is sent. It runs in the process of the runner, beside the measured ones.</summary>
internal sealed class SinkPlace : BenchmarkPlace
{
    private static readonly SinkPlace Place = new();

    public static LargePutOperation LargePut { get; } = new(
        "aws-sink-put-stream",
        "`PutAsync` of a stream that is not seekable",
        "`TransferUtility.UploadAsync` of the stream, at its defaults",
        "Hashing; the server drops the bytes",
        Place,
        static (context, _) => new CephObjects(context))
    {
        Title = "Upload of a stream to a sink",
        Limits = [Limit.Figure(Metric.PeakRss, 320 * LargeObjects.Mebibyte)],
        FullBytes = 10 * 1024 * LargeObjects.Mebibyte,
        IsDropped = true,
    };

    public override Task<string?> FindObstacleAsync() => Task.FromResult<string?>(null);

    public override async Task<BenchmarkServer?> StartServerAsync(bool isFresh, CancellationToken cancellationToken)
    {
        S3Sink sink = await S3Sink.StartAsync();
        return new BenchmarkServer(new Uri(sink.BaseUri, "store").AbsoluteUri, sink.BaseUri) { End = sink.DisposeAsync };
    }
}
