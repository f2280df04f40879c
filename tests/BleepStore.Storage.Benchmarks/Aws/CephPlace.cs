using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>Ceph's S3 gateway, which runs beside the measured processes and keeps everything in its memory.</summary>
internal sealed class CephPlace : BenchmarkPlace
{
    private const string BoundBy = "Ceph, on the same machine";

    private static readonly CephPlace Place = new();
    private static readonly Limit[] Limits = [Limit.Ratio(Metric.Time, 0.9), Limit.Ratio(Metric.PeakRss, 1.0)];

    /// <summary>The source is a file, which can be read twice.</summary>
    public static LargePutOperation LargePutOfFile { get; } = new(
        "aws-radosgw-large-put-file",
        "`PutAsync` of a `FileStream`",
        "`TransferUtility.UploadAsync` of the file's path, at its defaults",
        BoundBy,
        Place,
        static (context, _) => new CephObjects(context))
    {
        Limits = Limits,
        IsFile = true,
    };

    /// <summary>The source is a stream that cannot be read twice.</summary>
    public static LargePutOperation LargePutOfStream { get; } = new(
        "aws-radosgw-large-put-stream",
        "`PutAsync` of a stream that is not seekable",
        "`TransferUtility.UploadAsync` of the stream, at its defaults",
        BoundBy,
        Place,
        static (context, _) => new CephObjects(context))
    {
        Limits = Limits,
    };

    public override Task<string?> FindObstacleAsync() => Task.FromResult(Radosgw.FindObstacle());

    public override async Task<BenchmarkServer?> StartServerAsync(CancellationToken cancellationToken)
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        return new BenchmarkServer(new Uri(account.Url, await account.CreateBucketAsync()).AbsoluteUri);
    }
}
