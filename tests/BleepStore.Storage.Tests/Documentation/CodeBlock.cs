namespace BleepStore.Storage.Tests.Documentation;

/// <summary>A fenced C# block of a page.</summary>
/// <param name="Page">The page, relative to the repository.</param>
/// <param name="Line">The line of its first line of code, from 1.</param>
/// <param name="Text">The code.</param>
/// <param name="Kind">The kind that the fence declares.</param>
/// <param name="Packages">The packages that the section asks the reader to add above the block.</param>
/// <param name="Source">The source file of an excerpt, relative to the repository.</param>
public sealed record CodeBlock(
    string Page, int Line, string Text, BlockKind Kind, IReadOnlyList<string> Packages, string? Source = null)
{
    private const string Excerpt = "csharp excerpt ";

    private const string Fence = "```";

    private const string AddPackage = "dotnet add package ";

    private static readonly Dictionary<string, BlockKind> Kinds = new(StringComparer.Ordinal)
    {
        ["csharp"] = BlockKind.Run,
        ["csharp compile-only"] = BlockKind.CompileOnly,
        ["csharp console"] = BlockKind.Console,
        ["csharp web"] = BlockKind.Web,
    };

    public bool IsProgram => Kind is BlockKind.Console or BlockKind.Web;

    public override string ToString() => $"{Page}:{Line}";

    /// <summary>Whether the lines follow one another in a source, however far they are indented there.</summary>
    public bool IsIn(string source)
    {
        string[] lines = source.ReplaceLineEndings("\n").Split('\n');
        string[] wanted = Text.Split('\n');
        return Enumerable.Range(0, Math.Max(0, lines.Length - wanted.Length + 1)).Any(start =>
        {
            string indent = lines[start].EndsWith(wanted[0], StringComparison.Ordinal) ? lines[start][..^wanted[0].Length] : "\n";
            return string.IsNullOrWhiteSpace(indent)
                && wanted.Select((line, at) => lines[start + at] == (line.Length == 0 ? "" : indent + line)).All(static same => same);
        });
    }

    public static IEnumerable<CodeBlock> In(string page, string markdown)
    {
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        for (int at = 0; at < lines.Length; at++)
        {
            if (!lines[at].TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            string info = lines[at].TrimStart()[Fence.Length..].Trim();
            int first = at + 1;
            at = Array.FindIndex(lines, first, static line => line.TrimStart().StartsWith(Fence, StringComparison.Ordinal));
            if (at < 0)
            {
                throw new FormatException($"{page}:{first}: the fence is never closed.");
            }

            if (info.StartsWith(Excerpt, StringComparison.Ordinal))
            {
                yield return new CodeBlock(
                    page, first + 1, string.Join('\n', lines[first..at]), BlockKind.Excerpt, [], info[Excerpt.Length..]);
            }
            else if (Kinds.TryGetValue(info, out BlockKind kind))
            {
                yield return new CodeBlock(page, first + 1, string.Join('\n', lines[first..at]), kind, PackagesAbove(lines, first));
            }
            else if (info is "cs" or "c#" or "C#")
            {
                throw new FormatException($"{page}:{first}: write ```csharp, so that the block is tested.");
            }
            else if (info.StartsWith("csharp", StringComparison.Ordinal))
            {
                throw new FormatException(
                    $"{page}:{first}: '{info}' is unknown. A C# block is one of: {string.Join(", ", Kinds.Keys)}, {Excerpt}PATH.");
            }
        }
    }

    /// <summary>The packages between the section's heading and the block.</summary>
    private static string[] PackagesAbove(string[] lines, int end) => lines[..end]
        .Reverse()
        .TakeWhile(static line => !line.StartsWith('#'))
        .Where(static line => line.StartsWith(AddPackage, StringComparison.Ordinal))
        .Select(static line => line[AddPackage.Length..].Trim())
        .ToArray();
}
