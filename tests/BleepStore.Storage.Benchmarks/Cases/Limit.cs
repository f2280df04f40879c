using System.Globalization;
using BleepStore.Storage.Benchmarks.Reports;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>What a case must not exceed.</summary>
/// <param name="Metric">What is looked at.</param>
/// <param name="AtMost">The limit: of the ratio, or of the library's own figure.</param>
/// <param name="IsRatio">Whether the median of the ratios of library to baseline is limited, or the largest figure of the library
/// alone.</param>
internal sealed record Limit(Metric Metric, double AtMost, bool IsRatio)
{
    public static Limit Ratio(Metric metric, double atMost) => new(metric, atMost, IsRatio: true);

    public static Limit Figure(Metric metric, double atMost) => new(metric, atMost, IsRatio: false);

    public bool IsKept(CaseResult result) => Actual(result) <= AtMost;

    public double Actual(CaseResult result)
    {
        Comparison comparison = result.Compare(Metric);
        return IsRatio ? comparison.Ratio : comparison.Library.Largest;
    }

    public string Show() => $"{Units.Name(Metric)} ≤ {Show(AtMost)}";

    public string Show(double value) => IsRatio ? string.Create(CultureInfo.InvariantCulture, $"{value:0.00}×") : Units.Show(Metric, value);
}
