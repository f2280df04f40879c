using System.Net;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>The examples in the doc comments of the packages, as blocks that are compiled and not run.</summary>
internal static class SourceExamples
{
    private const string Comment = "///";

    private const string Open = "/// <code>";

    private const string Close = "/// </code>";

    public static IEnumerable<CodeBlock> All => RepositoryDocs
        .Sources("src")
        .SelectMany(static file => In(file, RepositoryDocs.Read(file)));

    public static IEnumerable<CodeBlock> In(string file, string source)
    {
        string[] lines = source.ReplaceLineEndings("\n").Split('\n');
        for (int at = 0; at < lines.Length; at++)
        {
            if (lines[at].Trim() != Open)
            {
                continue;
            }

            int first = at + 1;
            at = Array.FindIndex(lines, first, static line => line.Trim() == Close);
            if (at < 0)
            {
                throw new FormatException($"{file}:{first}: the example is never closed.");
            }

            yield return new CodeBlock(file, first + 1, string.Join('\n', lines[first..at].Select(CodeOf)), BlockKind.CompileOnly, []);
        }
    }

    private static string CodeOf(string line)
    {
        string code = line.TrimStart()[Comment.Length..];
        return WebUtility.HtmlDecode(code.StartsWith(' ') ? code[1..] : code);
    }
}
