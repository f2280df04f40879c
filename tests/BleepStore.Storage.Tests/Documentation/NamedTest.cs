using System.Text.RegularExpressions;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>A test that a page names: the path of a file in code, and behind it the name of a method in code.</summary>
/// <param name="File">The file, relative to the repository.</param>
/// <param name="Method">The method.</param>
public sealed partial record NamedTest(string File, string Method)
{
    /// <summary>Whether the file has a method of that name with an attribute that makes it a test.</summary>
    public bool Exists
    {
        get
        {
            string path = Path.Combine(RepositoryDocs.Root, File);
            if (!System.IO.File.Exists(path))
            {
                return false;
            }

            string[] lines = System.IO.File.ReadAllLines(path);
            int at = Array.FindIndex(
                lines, line => Declaration().Match(line) is { Success: true } found && found.Groups["name"].Value == Method);
            return lines[..Math.Max(0, at)]
                .Reverse()
                .TakeWhile(static line => line.TrimStart().StartsWith('['))
                .Any(static line => TestAttribute().IsMatch(line));
        }
    }

    public static IEnumerable<NamedTest> In(string markdown) =>
        from named in Named().Matches(markdown)
        from method in named.Groups["method"].Captures
        select new NamedTest(named.Groups["file"].Value, method.Value);

    public override string ToString() => $"{File}: {Method}";

    [GeneratedRegex(@"`(?<file>tests/[\w./]+\.cs)`:?(?:\s+`(?<method>\w+)`,?)+")]
    private static partial Regex Named();

    [GeneratedRegex(@"^\s*public .*\b(?:Task|void) (?<name>\w+)\(")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^\s*\[(?:Test|TestCase|TestCaseSource|ContractTest)\b")]
    private static partial Regex TestAttribute();
}
