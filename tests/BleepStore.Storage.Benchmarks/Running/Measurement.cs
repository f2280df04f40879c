using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>The result of one run.</summary>
/// <param name="Milliseconds">From beginning to end.</param>
/// <param name="CpuMilliseconds">Of the whole process, in its own code and in the kernel.</param>
/// <param name="AllocatedBytes">Managed memory in all.</param>
/// <param name="ManagedPeakBytes">The peak of the managed memory. <see langword="null"/> when it was not sampled.</param>
/// <param name="PeakRssBytes">
/// The peak memory of the process. <see langword="null"/> where the system does not report it or two sides share it.
/// </param>
internal sealed record Measurement(
    double Milliseconds, double CpuMilliseconds, long AllocatedBytes, long? ManagedPeakBytes = null, long? PeakRssBytes = null)
{
    /// <summary>How many calls were timed one by one. Zero where none was.</summary>
    public int Calls { get; init; }

    /// <summary>The time in which half of the calls ended.</summary>
    public double HalfOfCallsMilliseconds { get; init; }

    /// <summary>The time in which 99 of 100 calls ended.</summary>
    public double MostCallsMilliseconds { get; init; }

    public static readonly Measurement Nothing = new(0, 0, 0);

    /// <summary>Two parts of a run together. Peaks cannot be added.</summary>
    public static Measurement operator +(Measurement left, Measurement right) =>
        new(left.Milliseconds
            + right.Milliseconds, left.CpuMilliseconds
            + right.CpuMilliseconds, left.AllocatedBytes
            + right.AllocatedBytes);

    /// <summary>Adds what each call took.</summary>
    public Measurement With(CallTimes calls) => this with
    {
        Calls = calls.Count,
        HalfOfCallsMilliseconds = calls.Percentile(0.5),
        MostCallsMilliseconds = calls.Percentile(0.99),
    };

    /// <summary>A figure, or NaN when there is none.</summary>
    public double Of(Metric metric) => metric switch
    {
        Metric.Time => Milliseconds,
        Metric.CpuTime => CpuMilliseconds,
        Metric.CpuPerCall => Calls > 0 ? CpuMilliseconds / Calls : double.NaN,
        Metric.HalfOfCalls => Calls > 0 ? HalfOfCallsMilliseconds : double.NaN,
        Metric.MostCalls => Calls > 0 ? MostCallsMilliseconds : double.NaN,
        Metric.Allocated => AllocatedBytes,
        Metric.ManagedPeak => ManagedPeakBytes ?? double.NaN,
        Metric.PeakRss => PeakRssBytes ?? double.NaN,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, message: null),
    };
}
