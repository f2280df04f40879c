using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Reports;

/// <summary>The figures of a case as a file keeps them.</summary>
/// <param name="Name">The name of the case.</param>
/// <param name="Title">Its name in the chart.</param>
/// <param name="Library">The operation of the library.</param>
/// <param name="Baseline">The baseline.</param>
/// <param name="Bytes">The size of an object.</param>
/// <param name="Count">How many operations, parts or keys.</param>
/// <param name="Pairs">How many pairs were measured.</param>
/// <param name="IsShort">Whether it was the short form, whose figures mean nothing.</param>
/// <param name="Machine">Where it was measured.</param>
/// <param name="At">When.</param>
/// <param name="Figures">Every metric that was measured.</param>
internal sealed record MeasuredCase(
    string Name,
    string Title,
    string Library,
    string Baseline,
    long Bytes,
    int Count,
    int Pairs,
    bool IsShort,
    string Machine,
    DateTimeOffset At,
    IReadOnlyDictionary<Metric, Comparison> Figures)
{
    public static MeasuredCase Of(CaseResult result, bool isShort, string machine) => new(
        result.Case.Name,
        result.Case.Title,
        result.Case.Library,
        result.Case.Baseline,
        result.Size.Bytes,
        result.Size.Count,
        result.Pairs.Count,
        isShort,
        machine,
        DateTimeOffset.UtcNow,
        Enum.GetValues<Metric>()
            .Select(metric => (Metric: metric, Figures: result.Compare(metric)))
            .Where(static found => !double.IsNaN(found.Figures.Library.Median))
            .ToDictionary(static found => found.Metric, static found => found.Figures));
}
