namespace BleepStore.Storage.Tests.Documentation;

/// <summary>A fenced C# block of a page.</summary>
/// <param name="Page">The page, relative to the repository.</param>
/// <param name="Line">The line of its first line of code, from 1.</param>
/// <param name="Text">The code.</param>
/// <param name="IsRun">Whether its statements are also run. Not when the fence says <c>compile-only</c>.</param>
public sealed record CodeBlock(string Page, int Line, string Text, bool IsRun)
{
    private const string Fence = "```";

    public override string ToString() => $"{Page}:{Line}";

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

            switch (info)
            {
                case "csharp" or "csharp compile-only":
                    yield return new CodeBlock(page, first + 1, string.Join('\n', lines[first..at]), info == "csharp");
                    break;
                case "cs" or "c#" or "C#":
                    throw new FormatException($"{page}:{first}: write ```csharp, so that the block is tested.");
                default:
                    if (info.StartsWith("csharp", StringComparison.Ordinal))
                    {
                        throw new FormatException($"{page}:{first}: '{info}' is unknown; a C# block is ```csharp or ```csharp compile-only.");
                    }

                    break;
            }
        }
    }
}
