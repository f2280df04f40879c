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

            Limit[] limits = [.. result.Case.Limits.Where(found => found.Metric == metric)];
            string shown = string.Join(", ", limits.Select(static limit => limit.Show()));
            string verdict = limits.Length == 0 ? "" : limits.All(limit => limit.IsKept(result)) ? "kept" : "**exceeded**";
            string ratio = string.Create(CultureInfo.InvariantCulture, $"{comparison.Ratio:0.00}×");
            string figures = $"{Units.Show(metric, comparison.Library)} | {Units.Show(metric, comparison.Baseline)} | {ratio}";
            yield return $"| {name} | {Units.Name(metric)} | {figures} | {shown} | {verdict} |";
            name = "";
        }
    }
}
