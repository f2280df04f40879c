using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;

namespace BleepStore.Storage.Tests.Shared;

/// <summary>
/// Counts the tests of this assembly that could not run, by reason. Writes them to a file beside the assembly, because the console of
/// <c>dotnet test</c> shows no reasons. <c>Directory.Build.targets</c> and <c>Directory.Solution.targets</c> print these files.
/// </summary>
internal static class NotTested
{
    private static readonly ConcurrentDictionary<string, int> Reasons = new(StringComparer.Ordinal);

    private static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "not-tested.txt");

    public static void Add(string reason) => Reasons.AddOrUpdate(reason, 1, static (_, count) => count + 1);

    /// <summary>Writes a line per reason. A run that missed nothing leaves no file.</summary>
    public static void Write()
    {
        File.Delete(Path);
        if (!Reasons.IsEmpty)
        {
            File.WriteAllLines(Path, Lines(Assembly.GetExecutingAssembly().GetName().Name!, Reasons));
        }
    }

    /// <summary>The lines of the file, the most tests first.</summary>
    internal static IEnumerable<string> Lines(string project, IEnumerable<KeyValuePair<string, int>> reasons) =>
        reasons
            .OrderByDescending(static reason => reason.Value)
            .ThenBy(static reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => string.Create(
                CultureInfo.InvariantCulture, $"{project}, {Count(reason.Value)}: {reason.Key.ReplaceLineEndings(" ")}"));

    private static string Count(int tests) => string.Create(CultureInfo.InvariantCulture, $"{tests:N0} {(tests == 1 ? "test" : "tests")}");
}
