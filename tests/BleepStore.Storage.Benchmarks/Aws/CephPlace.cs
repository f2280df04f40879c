using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>Ceph's S3 gateway, which runs beside the measured processes and keeps everything in its memory.</summary>
internal sealed class CephPlace : BenchmarkPlace
{
    private const string BoundBy = "Ceph, on the same machine";

    /// <summary>For the script that starts Ceph. Otherwise deleted objects use memory for two hours.</summary>
    private const string KeepsDeletedSeconds = "BLEEPSTORE_CEPH_KEEPS_DELETED_SECONDS";

    private static readonly CephPlace Place = new();
    private static readonly ThrottledPlace Throttled = new(Place);

    /// <summary>The source is a stream that cannot be read twice.</summary>
    public static LargePutOperation LargePutOfStream { get; } = new(
        "aws-radosgw-large-put-stream",
        "`PutAsync` of a stream that is not seekable",
        "`TransferUtility.UploadAsync` of the stream, at its defaults",
        BoundBy,
        Place,
        static (context, _) => new CephObjects(context))
    {
        Limits = [Limit.Ratio(Metric.Time, 0.9), Limit.Ratio(Metric.PeakRss, 1.0)],
    };

    public static RangedGets Starts { get; } = new(
        "aws-radosgw-first-16k",
        "First 16 KiB of 2,000 objects, Ceph",
        "`GetObjectAsync` of the range, read into an array",
        Place,
        static context => new CephObjects(context),
        isOnlyFull: true);

    /// <summary>The source is a file, which can be read twice.</summary>
    /// <param name="concurrency">How many parts are under way at a time, on both sides. <see langword="null"/> for the defaults.</param>
    public static LargePutOperation LargePutOfFile(int? concurrency) => new(
        $"aws-radosgw-large-put-file{Suffix(concurrency)}",
        $"`PutFileAsync`, {Parts(concurrency)}",
        $"`TransferUtility.UploadAsync` of the file's path, {Parts(concurrency)}",
        BoundBy,
        Place,
        (context, _) => new CephObjects(context, concurrency))
    {
        Title = $"Upload of a file, Ceph{Under(concurrency)}",
        Limits = [Limit.Ratio(Metric.Time, 0.85), Limit.Ratio(Metric.CpuTime, 1.0), Limit.Ratio(Metric.PeakRss, 1.0)],
        IsFile = true,
        IsOnlyFull = concurrency is not null,
    };

    /// <param name="concurrency">How many ranges are under way at a time, on both sides.</param>
    public static LargeDownloadOperation Download(int concurrency) => new(
        $"aws-radosgw-download-{concurrency}",
        $"Download to a file, Ceph{Under(concurrency)}",
        $"`GetFileAsync`, {Parts(concurrency)}; MD5s compared, flushed",
        $"`TransferUtility.DownloadWithResponseAsync` by ranges of 8 MiB, {Parts(concurrency)}; neither compared nor flushed",
        BoundBy,
        Place,
        (context, _) => new CephObjects(context, concurrency))
    {
        Limits = [Limit.Ratio(Metric.Time, 1.0), Limit.Ratio(Metric.PeakRss, 1.0)],
        IsOnlyFull = true,
    };

    /// <summary>The cost of the comparison of the MD5s.</summary>
    /// <param name="concurrency">How many ranges are under way at a time, on both sides.</param>
    public static LargeDownloadOperation UnverifiedDownload(int concurrency) => Download(concurrency) with
    {
        Name = $"aws-radosgw-download-{concurrency}-unverified",
        Title = $"Download to a file, Ceph{Under(concurrency)}, not verified",
        Library = $"`GetFileAsync`, {Parts(concurrency)}; not compared, flushed",
        Verifies = false,
        Limits = [],
    };

    /// <param name="concurrency">How many ranges are under way at a time, on both sides.</param>
    public static LargeDownloadOperation ThrottledDownload(int concurrency) => Download(concurrency) with
    {
        Name = $"aws-radosgw-throttled-download-{concurrency}",
        Title = $"Download to a file, Ceph, slow line{Under(concurrency)}",
        BoundBy = ThrottledPlace.BoundBy,
        Place = Throttled,
        Limits = [ThrottledPlace.LeastRate(concurrency), Limit.Ratio(Metric.Time, 1.05)],
        IsOnlyFull = concurrency != 4,
    };

    /// <param name="concurrency">How many parts are under way at a time, on both sides.</param>
    public static LargePutOperation ThrottledPutOfFile(int concurrency) => LargePutOfFile(concurrency) with
    {
        Name = $"aws-radosgw-throttled-put-file-{concurrency}",
        Title = $"Upload of a file, Ceph, slow line{Under(concurrency)}",
        BoundBy = ThrottledPlace.BoundBy,
        Place = Throttled,
        Limits = [Limit.Ratio(Metric.Time, 1.0)],
        FullBytes = 1024 * LargeObjects.Mebibyte,
        IsOnlyFull = true,
    };

    /// <param name="concurrency">How many parts are under way at a time. The SDK sends one after another, whatever it is.</param>
    public static LargePutOperation ThrottledPutOfStream(int concurrency) => LargePutOfStream with
    {
        Name = $"aws-radosgw-throttled-put-stream-{concurrency}",
        Library = $"`PutAsync` of a stream that is not seekable, `MaxConcurrency` {concurrency}, which holds half as many parts",
        Title = $"Upload of a stream, Ceph, slow line{Under(concurrency)}",
        BoundBy = ThrottledPlace.BoundBy,
        Place = Throttled,
        Open = (context, _) => new CephObjects(context, concurrency),
        Limits = [Limit.Ratio(Metric.Time, 0.5)],
        FullBytes = 1024 * LargeObjects.Mebibyte,
        IsOnlyFull = true,
    };

    /// <param name="isSideBySide">Whether the calls of the SDK run side by side.</param>
    public static FolderOperation FolderUpload(bool isSideBySide) => new(
        "aws-radosgw-folder-up", "Ceph", "`PutObjectAsync`", IsUpload: true, Throttled, static context => new CephObjects(context))
    {
        IsSideBySide = isSideBySide,
        IsOnlyFull = !isSideBySide,
    };

    /// <param name="isSideBySide">Whether the calls of the SDK run side by side.</param>
    public static FolderOperation FolderDownload(bool isSideBySide) => FolderUpload(isSideBySide) with
    {
        Name = "aws-radosgw-folder-down",
        Call = "`GetObjectAsync` to a file",
        IsUpload = false,
        IsOnlyFull = true,
    };

    public override Task<string?> FindObstacleAsync() => Task.FromResult(Radosgw.FindObstacle());

    /// <summary>One server for all cases, because it frees what is deleted.</summary>
    public override async Task<BenchmarkServer?> StartServerAsync(bool isFresh, CancellationToken cancellationToken)
    {
        Environment.SetEnvironmentVariable(KeepsDeletedSeconds, "10");
        S3Account account = (await Radosgw.RequireAsync()).Account;
        return new BenchmarkServer(new Uri(account.Url, await account.CreateBucketAsync()).AbsoluteUri, account.Url);
    }

    private static string Suffix(int? concurrency) => concurrency is null ? "" : $"-{concurrency}";

    private static string Under(int? concurrency) => concurrency is null ? "" : $", {concurrency} at a time";

    private static string Parts(int? concurrency) => concurrency is null ? "at its defaults" : $"{concurrency} at a time";
}
