using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace BleepStore.Storage.Engine;

/// <summary>The one activity source and the one meter, both named <c>BleepStore.Storage</c>.</summary>
internal static class Telemetry
{
    public const string Name = "BleepStore.Storage";

    public static ActivitySource Activities { get; } = new(Name);

    private static Meter Meter { get; } = new(Name);

    public static Histogram<double> Duration { get; } =
        Meter.CreateHistogram<double>("bleepstore.operation.duration", "s", "How long storage operations take.");

    public static Counter<long> BytesWritten { get; } =
        Meter.CreateCounter<long>("bleepstore.bytes.written", "By", "Bytes of objects and parts stored.");

    public static Counter<long> BytesRead { get; } =
        Meter.CreateCounter<long>("bleepstore.bytes.read", "By", "Bytes of objects delivered to readers.");

    public static Counter<long> Resumes { get; } =
        Meter.CreateCounter<long>("bleepstore.read.resumes", "{resume}", "Reads that broke off and were taken up again.");
}
