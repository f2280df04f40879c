using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>Azurite, which runs beside the measured processes and keeps everything in its memory.</summary>
internal sealed class AzuritePlace : BenchmarkPlace
{
    private const string BoundBy = "Azurite, on the same machine";
    private const int Fraction = 16;
    private const int SmallOnes = 20;
    private const string AccountName = "account";

    private static readonly AzuritePlace Place = new();
    private static readonly ThrottledPlace Throttled = new(Place);

    public static LargePutOperation LargePut { get; } = new(
        "azurite-put-large",
        "`PutAsync` of a stream that is not seekable",
        "`BlobClient.UploadAsync` at its defaults",
        BoundBy,
        Place,
        static (context, _) => new AzuriteObjects(context))
    {
        Limits = [Limit.Ratio(Metric.Time, 1.0), Limit.Ratio(Metric.PeakRss, 1.0)],
    };

    /// <summary>
    /// The baseline is also the library, on an object with as many parts and a sixteenth of the bytes. The cost does not depend on the
    /// bytes.
    /// </summary>
    public static CompletionOperation Completion { get; } = new(
        "azurite-complete",
        "`CompleteAsync` of many parts, by a process that has staged none of them",
        $"The same of as many parts with a {Fraction}th of the bytes",
        "Four requests",
        Place,
        static context => new AzuriteObjects(context),
        static (operation, context) =>
            new CompletionWorkload(operation, new AzuriteObjects(context), context.Size.Bytes / Fraction, context.Size.Count))
    {
        Limits = [Limit.Ratio(Metric.Time, 1.25), Limit.Ratio(Metric.Allocated, 1.1)],
        ShortSize = new(16 * LargeObjects.Mebibyte, 4),
        WarmUpBytes = 2 * LargeObjects.Mebibyte,

        // The emulator is still busy with the memory that a gigabyte has taken. Only the completion is timed.
        SettleAsync = static async (workload, cancellationToken) =>
        {
            for (int time = 0; time < SmallOnes; time++)
            {
                await workload.CompleteSmallAsync(cancellationToken);
            }
        },
    };

    public static RangedGets Starts { get; } = new(
        "azurite-first-16k",
        "First 16 KiB of 2,000 objects, Azurite",
        "`DownloadStreamingAsync` of the range, read into an array",
        Place,
        static context => new AzuriteObjects(context),
        isOnlyFull: true);

    /// <param name="concurrency">How many ranges are under way at a time, on both sides.</param>
    public static LargeDownloadOperation Download(int concurrency) => new(
        $"azurite-download-{concurrency}",
        $"Download to a file, Azurite, {concurrency} at a time",
        $"`GetFileAsync`, {concurrency} at a time; MD5s compared, flushed",
        $"`BlobClient.DownloadToAsync` of a path, ranges of 8 MiB, {concurrency} at a time; neither compared nor flushed",
        BoundBy,
        Place,
        (context, _) => new AzuriteObjects(context, concurrency))
    {
        Limits = [Limit.Ratio(Metric.Time, 1.0), Limit.Ratio(Metric.PeakRss, 1.0)],
        IsOnlyFull = true,
    };

    /// <summary>The cost of the comparison of the MD5s.</summary>
    /// <param name="concurrency">How many ranges are under way at a time, on both sides.</param>
    public static LargeDownloadOperation UnverifiedDownload(int concurrency) => Download(concurrency) with
    {
        Name = $"azurite-download-{concurrency}-unverified",
        Title = $"Download to a file, Azurite, {concurrency} at a time, not verified",
        Library = $"`GetFileAsync`, {concurrency} at a time; not compared, flushed",
        Verifies = false,
        Limits = [],
    };

    /// <param name="concurrency">How many ranges are under way at a time, on both sides.</param>
    public static LargeDownloadOperation ThrottledDownload(int concurrency) => Download(concurrency) with
    {
        Name = $"azurite-throttled-download-{concurrency}",
        Title = $"Download to a file, Azurite, slow line, {concurrency} at a time",
        BoundBy = ThrottledPlace.BoundBy,
        Place = Throttled,
        Limits = [ThrottledPlace.LeastRate(concurrency), Limit.Ratio(Metric.Time, 1.05)],
        IsOnlyFull = concurrency != 4,
    };

    /// <param name="concurrency">How many parts are under way at a time, on both sides. <see langword="null"/> for the defaults.</param>
    public static LargePutOperation ThrottledPutOfFile(int? concurrency)
    {
        string parts = concurrency is null ? "at its defaults" : $"{concurrency} at a time";
        return new LargePutOperation(
            $"azurite-throttled-put-file{(concurrency is null ? "" : $"-{concurrency}")}",
            $"`PutFileAsync`, {parts}",
            $"`BlobClient.UploadAsync` of the file's path, {parts}",
            ThrottledPlace.BoundBy,
            Throttled,
            (context, _) => new AzuriteObjects(context, concurrency))
        {
            Title = $"Upload of a file, Azurite, slow line, {parts}",
            Limits = [Limit.Ratio(Metric.Time, 0.5)],
            FullBytes = 1024 * LargeObjects.Mebibyte,
            IsFile = true,
            FillsServer = true,
            IsOnlyFull = concurrency != 4,
        };
    }

    /// <param name="isSideBySide">Whether the calls of the SDK run side by side.</param>
    public static FolderOperation FolderUpload(bool isSideBySide) => new(
        "azurite-folder-up",
        "Azurite",
        "`BlobClient.UploadAsync` of the path",
        IsUpload: true,
        Throttled,
        static context => new AzuriteObjects(context))
    {
        IsSideBySide = isSideBySide,
        IsOnlyFull = true,
    };

    /// <param name="isSideBySide">Whether the calls of the SDK run side by side.</param>
    public static FolderOperation FolderDownload(bool isSideBySide) => FolderUpload(isSideBySide) with
    {
        Name = "azurite-folder-down",
        Call = "`BlobClient.DownloadToAsync` of the path",
        IsUpload = false,
        IsOnlyFull = !isSideBySide,
    };

    public override Task<string?> FindObstacleAsync() => Emulators.FindNodeAsync();

    /// <summary>The emulator never frees what is deleted, and ends at half of the machine's memory.</summary>
    public override async Task<BenchmarkServer?> StartServerAsync(bool isFresh, CancellationToken cancellationToken)
    {
        AzuriteProcess? own = isFresh ? await StartAsync() : null;
        AzuriteAccount account = own is null ? (await Azurite.RequireAsync()).TakeAccount() : new AzuriteAccount(AccountName, own.Port);
        await AzuriteObjects.ContainerOf(account.ConnectionString).CreateAsync(cancellationToken: cancellationToken);
        return new BenchmarkServer(account.ConnectionString, account.Url)
        {
            End = () =>
            {
                own?.Dispose();
                return ValueTask.CompletedTask;
            },
        };
    }

    private static async Task<AzuriteProcess> StartAsync()
    {
        using var http = new HttpClient();
        return await AzuriteProcess.StartAsync($"{AccountName}:{Azurite.Key}", http, "http");
    }
}
