using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Running;

namespace BleepStore.Storage.Benchmarks.Reports;

/// <summary>All pairs of a case.</summary>
internal sealed record CaseResult(BenchmarkCase Case, CaseSize Size, IReadOnlyList<(Measurement Library, Measurement Baseline)> Pairs)
{
    public IEnumerable<Limit> Exceeded => Case.Limits.Where(limit => !limit.IsKept(this));

    public Comparison Compare(Metric metric) => new(
        Spread.Of(Pairs.Select(pair => pair.Library.Of(metric))),
        Spread.Of(Pairs.Select(pair => pair.Baseline.Of(metric))),
        Spread.Of(Pairs.Select(pair => pair.Library.Of(metric) / pair.Baseline.Of(metric))).Median);
}
