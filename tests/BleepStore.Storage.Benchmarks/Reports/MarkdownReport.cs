using System.Globalization;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Reports;

/// <summary>The results as a page.</summary>
internal static class MarkdownReport
{
    public static string Write(IReadOnlyList<CaseResult> results, string machine)
    {
        var lines = new List<string>
        {
            machine,
            "",
            "| Case | Measured | Library: median (least to most) | Baseline: median (least to most) | Ratio | Limit | |",
            "|---|---|---|---|---|---|---|",
        };
        lines.AddRange(results.SelectMany(Rows));
        return string.Join('\n', lines);
    }

    private static IEnumerable<string> Rows(CaseResult result)
    {
        string name = $"`{result.Case.Name}`, {Units.Bytes(result.Size.Bytes)}, count {result.Size.Count}, {result.Pairs.Count} pairs";
        foreach (Metric metric in Enum.GetValues<Metric>())
        {
            Comparison comparison = result.Compare(metric);
            if (double.IsNaN(comparison.Library.Median))
            {
                continue;
            }

            Limit? limit = result.Case.Limits.FirstOrDefault(found => found.Metric == metric);
            string verdict = limit is null ? "" : limit.IsKept(result) ? "kept" : "**exceeded**";
            string ratio = string.Create(CultureInfo.InvariantCulture, $"{comparison.Ratio:0.00}×");
            yield return $"| {name} | {Units.Name(metric)} | {Units.Show(metric, comparison.Library)} | {Units.Show(metric, comparison.Baseline)} | {ratio} | {limit?.Show()} | {verdict} |";
            name = "";
        }
    }
}
