using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>What one run took.</summary>
/// <param name="Milliseconds">From beginning to end.</param>
/// <param name="CpuMilliseconds">Of the whole process, in its own code and in the kernel.</param>
/// <param name="AllocatedBytes">Managed memory in all.</param>
/// <param name="ManagedPeakBytes">The most managed memory at a time; nothing when it was not watched.</param>
/// <param name="PeakRssBytes">The most memory of the process at a time; nothing where the system does not tell or two sides share
/// it.</param>
internal sealed record Measurement(double Milliseconds, double CpuMilliseconds, long AllocatedBytes, long? ManagedPeakBytes = null, long? PeakRssBytes = null)
{
    public static readonly Measurement Nothing = new(0, 0, 0);

    /// <summary>Two parts of a run together. Peaks cannot be added.</summary>
    public static Measurement operator +(Measurement left, Measurement right) =>
        new(left.Milliseconds + right.Milliseconds, left.CpuMilliseconds + right.CpuMilliseconds, left.AllocatedBytes + right.AllocatedBytes);

    /// <summary>A figure, or NaN when there is none.</summary>
    public double Of(Metric metric) => metric switch
    {
        Metric.Time => Milliseconds,
        Metric.CpuTime => CpuMilliseconds,
        Metric.Allocated => AllocatedBytes,
        Metric.ManagedPeak => ManagedPeakBytes ?? double.NaN,
        Metric.PeakRss => PeakRssBytes ?? double.NaN,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, message: null),
    };
}
