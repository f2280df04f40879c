using System.Globalization;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Reports;

/// <summary>Figures as people read them.</summary>
internal static class Units
{
    private static readonly string[] Sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Name(Metric metric) => metric switch
    {
        Metric.Time => "time",
        Metric.CpuTime => "CPU time",
        Metric.CpuPerCall => "CPU time per call",
        Metric.HalfOfCalls => "time of a call, p50",
        Metric.MostCalls => "time of a call, p99",
        Metric.Allocated => "allocated",
        Metric.ManagedPeak => "managed peak",
        Metric.PeakRss => "peak RSS",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, message: null),
    };

    public static string Show(Metric metric, double value) => metric switch
    {
        Metric.Time or Metric.CpuTime or Metric.CpuPerCall or Metric.HalfOfCalls or Metric.MostCalls => Milliseconds(value),
        _ => Bytes(value),
    };

    public static string Show(Metric metric, Spread spread) =>
        $"{Show(metric, spread.Median)} ({Show(metric, spread.Smallest)} to {Show(metric, spread.Largest)})";

    public static string Bytes(double bytes)
    {
        int step = 0;
        while (Math.Abs(bytes) >= 1024 && step < Sizes.Length - 1)
        {
            bytes /= 1024;
            step++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {Sizes[step]}");
    }

    private static string Milliseconds(double value) => value switch
    {
        >= 10_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1000:0.0} s"),
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0} ms"),
    };
}
