using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;
using BleepStore.Storage.Local;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>The disk. The plain files are in a folder beside the store, on the same file system.</summary>
internal sealed class DiskPlace : BenchmarkPlace
{
    private static readonly Limit LittleMemory = Limit.Figure(Metric.ManagedPeak, 64 * LargeObjects.Mebibyte);

    public static DiskPlace Place { get; } = new();

    public static LargePutOperation LargePut { get; } = new(
        "local-put-large",
        "`PutAsync` of a stream that is not seekable; flushed, with ETag and attributes",
        "Temporary file, `IncrementalHash` in line, flushed, renamed, folder flushed",
        "MD5 on one thread, or the disk; the library hashes parts side by side while it writes",
        Place,
        static (context, side) => new DiskObjects(context, side))
    {
        Limits = [Limit.Ratio(Metric.Time, 0.75), LittleMemory],
        FullBytes = 1024 * LargeObjects.Mebibyte,
        WarmUpBytes = 24 * LargeObjects.Mebibyte,
    };

    public static CompletionOperation Completion { get; } = new(
        "local-complete",
        "`CompleteAsync` of parts that are on the disk; flushed",
        "`File.Copy` of as many bytes (in the kernel), flushed, renamed, folder flushed",
        "The disk: every byte is written once",
        Place,
        static context => new DiskObjects(context, Side.Library),
        static (operation, context) => new PlainCopy(operation, context))
    {
        Limits = [Limit.Ratio(Metric.Time, 1.2), LittleMemory],
        ShortSize = new(20 * LargeObjects.Mebibyte, 4),
        WarmUpBytes = 12 * LargeObjects.Mebibyte,
        SettleAsync = static (_, _) =>
        {
            SystemDisk.Settle();
            return Task.CompletedTask;
        },
    };

    /// <summary>The library copies the bytes without looking at them, as the baseline does.</summary>
    public static LargeDownloadOperation Download { get; } = new(
        "local-download",
        "Download to a file, local disk, not verified",
        "`GetFileAsync` with `Verify = false`; flushed",
        "`File.Copy` (in the kernel), flushed, renamed, folder flushed",
        "The disk: every byte is written once",
        Place,
        static (context, side) => new DiskObjects(context, side))
    {
        Limits = [Limit.Ratio(Metric.Time, 1.1)],
        Verifies = false,
        HasTwoObjects = true,
    };

    /// <summary>The library compares the bytes with the ETag. The baseline does not, so nothing is limited.</summary>
    public static LargeDownloadOperation VerifiedDownload { get; } = Download with
    {
        Name = "local-download-verified",
        Title = "Download to a file, local disk, verified",
        Library = "`GetFileAsync`, which compares the MD5s; flushed",
        Limits = [],
        Verifies = true,
        IsOnlyFull = true,
    };

    /// <summary>The folder of the plain files.</summary>
    public static string PlainFolder(BenchmarkContext context) => Path.Combine(context.Folder, "plain");

    public override Task<string?> FindObstacleAsync() =>
        Task.FromResult(OperatingSystem.IsLinux() ? null : "The local backend runs on Linux.");

    public override async Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(PlainFolder(context));
        await using ObjectStore store = await LocalLayer.Native.CreateAsync(context, Durability.Full, cancellationToken);
    }
}
