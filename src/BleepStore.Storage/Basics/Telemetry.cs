using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace BleepStore.Storage.Basics;

/// <summary>The one activity source and the one meter, with the names of their tags.</summary>
internal static class Telemetry
{
    /// <summary>Tags of this library. Where the semantic conventions of OpenTelemetry have a name, the library uses that name.</summary>
    public const string StoreTag = "bleepstore.store";
    public const string ProviderTag = "bleepstore.provider";
    public const string OperationTag = "bleepstore.operation";
    public const string BucketTag = "bleepstore.bucket";
    public const string KeyTag = "bleepstore.key";
    public const string ErrorTypeTag = "error.type";

    public static ActivitySource Activities { get; } = new(BleepStoreTelemetry.Name);

    private static Meter Meter { get; } = new(BleepStoreTelemetry.Name);

    public static Histogram<double> Duration { get; } = Meter.CreateHistogram(
        "bleepstore.operation.duration",
        "s",
        "How long storage operations take.",
        tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 300],
        });

    public static Counter<long> BytesWritten { get; } =
        Meter.CreateCounter<long>("bleepstore.bytes.written", "By", "Bytes of objects and parts stored.");

    public static Counter<long> BytesRead { get; } =
        Meter.CreateCounter<long>("bleepstore.bytes.read", "By", "Bytes of objects delivered to readers.");

    public static Counter<long> Resumes { get; } =
        Meter.CreateCounter<long>("bleepstore.read.resumes", "{resume}", "Reads that broke off and were taken up again.");

    public static Counter<long> Retries { get; } =
        Meter.CreateCounter<long>("bleepstore.request.retries", "{request}", "Requests that were sent to the upstream again.");
}
