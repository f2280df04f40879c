namespace BleepStore.Storage.Benchmarks.Reports;

/// <summary>One metric of a case.</summary>
/// <param name="Library">The library's figures.</param>
/// <param name="Baseline">The baseline's figures.</param>
/// <param name="Ratio">The median of the ratios within each pair.</param>
internal sealed record Comparison(Spread Library, Spread Baseline, double Ratio);
