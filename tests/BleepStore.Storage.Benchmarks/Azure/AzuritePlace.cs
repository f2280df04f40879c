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

    private static readonly AzuritePlace Place = new();

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
    /// The baseline is the library, too, on an object of as many parts with a sixteenth of the bytes: what it costs does not depend on the
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

        // The emulator is still busy with the memory that a gigabyte has taken. What is timed is a completion, not that.
        SettleAsync = static async (workload, cancellationToken) =>
        {
            for (int time = 0; time < SmallOnes; time++)
            {
                await workload.CompleteSmallAsync(cancellationToken);
            }
        },
    };

    public override Task<string?> FindObstacleAsync() => Emulators.FindNodeAsync();

    public override async Task<BenchmarkServer?> StartServerAsync(CancellationToken cancellationToken)
    {
        AzuriteAccount account = (await Azurite.RequireAsync()).TakeAccount();
        await AzuriteObjects.ContainerOf(account.ConnectionString).CreateAsync(cancellationToken: cancellationToken);
        return new BenchmarkServer(account.ConnectionString);
    }
}
