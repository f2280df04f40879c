using System.Globalization;
using System.Xml.Linq;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Reports;

/// <summary>
/// Draws one metric of several cases as bars, the library's above the baseline's. Each pair of bars has a scale of its own.
/// </summary>
internal static class Chart
{
    private const int Width = 880;
    private const int Left = 24;
    private const int BarWidth = 520;
    private const int BarHeight = 16;
    private const int RowHeight = 68;
    private const int Top = 84;
    private const int Bottom = 44;
    private const string LibraryColour = "#1f6feb";
    private const string BaselineColour = "#8c959f";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <returns>The chart as SVG.</returns>
    /// <param name="cases">The cases, in the order of the rows. Each has the metric.</param>
    /// <param name="metric">The metric to draw.</param>
    public static string Draw(IReadOnlyList<MeasuredCase> cases, Metric metric)
    {
        int height = Top + (cases.Count * RowHeight) + Bottom;
        string title = cases.Any(static measured => measured.IsShort)
            ? $"BleepStore.Storage beside others: {Units.Name(metric)} of the short form, which means nothing"
            : $"BleepStore.Storage beside others: {Units.Name(metric)}, shorter is better";
        var picture = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Width} {height}"),
            new XAttribute("width", Width),
            new XAttribute("height", height),
            new XAttribute("role", "img"),
            new XAttribute("font-family", "system-ui, sans-serif"),
            new XElement(Svg + "title", title),
            new XElement(Svg + "rect", new XAttribute("width", Width), new XAttribute("height", height), new XAttribute("fill", "#ffffff")),
            Text(Left, 32, 18, title, isBold: true),
            Bar(Left, 48, BarHeight, LibraryColour),
            Text(Left + 22, 61, 13, "BleepStore.Storage"),
            Bar(Left + 180, 48, BarHeight, BaselineColour),
            Text(Left + 202, 61, 13, "the vendor's SDK, or plain files"));
        for (int row = 0; row < cases.Count; row++)
        {
            picture.Add(Row(cases[row], metric, Top + (row * RowHeight)));
        }

        // The cases may have been measured on several days, so each machine is told once.
        string machines = string.Join(" · ", cases.Select(static measured => Shortened(measured.Machine)).Distinct());
        string days = string.Join(", ", cases.Select(static measured => Day(measured.At)).Distinct());
        picture.Add(Text(Left, height - 18, 11, $"Medians. Each pair of bars has a scale of its own. {machines}, {days}."));
        return picture + "\n";
    }

    private static IEnumerable<XElement> Row(MeasuredCase measured, Metric metric, int top)
    {
        Comparison figures = measured.Figures[metric];
        double longest = Math.Max(figures.Library.Median, figures.Baseline.Median);
        string ratio = string.Create(CultureInfo.InvariantCulture, $"{figures.Ratio:0.00}×");
        string pairs = measured.Pairs == 1 ? "1 pair" : $"{measured.Pairs} pairs";
        yield return Text(Left, top + 14, 13, $"{measured.Title}, {Units.Bytes(measured.Bytes)}, {pairs}", isBold: true);
        (double Value, string Colour, string Label)[] bars =
        [
            (figures.Library.Median, LibraryColour, $"{Units.Show(metric, figures.Library.Median)} ({ratio})"),
            (figures.Baseline.Median, BaselineColour, $"{Units.Show(metric, figures.Baseline.Median)} {NameOf(measured.Baseline)}"),
        ];
        for (int bar = 0; bar < bars.Length; bar++)
        {
            int y = top + 21 + (bar * (BarHeight + 2));
            int length = longest > 0 ? Math.Max(1, (int)Math.Round(BarWidth * bars[bar].Value / longest)) : 1;
            yield return Bar(Left, y, length, bars[bar].Colour);
            yield return Text(Left + length + 6, y + 12, 12, bars[bar].Label);
        }
    }

    private static XElement Bar(int x, int y, int length, string colour) => new(
        Svg + "rect",
        new XAttribute("x", x),
        new XAttribute("y", y),
        new XAttribute("width", length),
        new XAttribute("height", BarHeight),
        new XAttribute("fill", colour));

    private static XElement Text(int x, int y, int size, string text, bool isBold = false) => new(
        Svg + "text",
        new XAttribute("x", x),
        new XAttribute("y", y),
        new XAttribute("font-size", size),
        isBold ? new XAttribute("font-weight", "600") : null,
        new XAttribute("fill", "#1f2328"),
        text);

    /// <summary>The first name in code of a description.</summary>
    private static string NameOf(string description) => description.Split('`') is [_, var name, ..] ? name : "";

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Processor, cores and memory.</summary>
    private static string Shortened(string machine) => machine.Split(';')[0];
}
