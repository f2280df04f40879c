using System.Globalization;
using BleepStore.Storage.Benchmarks.Reports;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A limit of a case.</summary>
/// <param name="Metric">The limited metric.</param>
/// <param name="AtMost">The limit.</param>
/// <param name="Kind">Of what.</param>
internal sealed record Limit(Metric Metric, double AtMost, LimitKind Kind)
{
    public static Limit Ratio(Metric metric, double atMost) => new(metric, atMost, LimitKind.Ratio);

    public static Limit Figure(Metric metric, double atMost) => new(metric, atMost, LimitKind.Figure);

    /// <param name="bytesPerSecond">The least rate.</param>
    public static Limit Rate(double bytesPerSecond) => new(Metric.Time, 1 / bytesPerSecond, LimitKind.Rate);

    public bool IsKept(CaseResult result) => Actual(result) <= AtMost;

    public double Actual(CaseResult result)
    {
        Comparison comparison = result.Compare(Metric);
        return Kind switch
        {
            LimitKind.Ratio => comparison.Ratio,
            LimitKind.Figure => comparison.Library.Largest,
            _ => comparison.Library.Median / 1000 / result.Size.Bytes,
        };
    }

    public string Show() => Kind == LimitKind.Rate ? $"rate ≥ {Show(AtMost)}" : $"{Units.Name(Metric)} ≤ {Show(AtMost)}";

    public string Show(double value) => Kind switch
    {
        LimitKind.Ratio => string.Create(CultureInfo.InvariantCulture, $"{value:0.00}×"),
        LimitKind.Figure => Units.Show(Metric, value),
        _ => $"{Units.Bytes(1 / value)}/s",
    };
}
