using System.Runtime.CompilerServices;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>The repository's Markdown files, as they are in the source tree.</summary>
internal static class RepositoryDocs
{
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// The pages for readers of the repository, which are the top level, docs, and the READMEs of packages, samples and tests.
    /// </summary>
    public static IEnumerable<string> Pages =>
        Directory.EnumerateFiles(Root, "*.md")
            .Concat(Below("docs"))
            .Concat(Below("src"))
            .Concat(Below("samples"))
            .Concat(Below("tests"))
            .Order(StringComparer.Ordinal);

    /// <summary>The C# files below a folder, relative to the repository and in order, without those that a build makes.</summary>
    public static IEnumerable<string> Sources(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(static file => !IsBuildOutput(file))
        .Select(Relative)
        .Order(StringComparer.Ordinal);

    public static string Read(string page) => File.ReadAllText(Path.Combine(Root, page));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The cells of the rows of every table on a page, without header and rule.</summary>
    public static IEnumerable<string[]> TableRows(string page)
    {
        string[] lines = Read(page).Split('\n');
        for (int at = 0; at < lines.Length; at++)
        {
            bool isHeader = at + 1 < lines.Length && lines[at + 1].StartsWith("|--", StringComparison.Ordinal);
            if (!lines[at].StartsWith('|') || lines[at].StartsWith("|--", StringComparison.Ordinal) || isHeader)
            {
                continue;
            }

            yield return lines[at].Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries);
        }
    }

    private static IEnumerable<string> Below(string folder)
    {
        string path = Path.Combine(Root, folder);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.md", SearchOption.AllDirectories).Where(static file => !IsBuildOutput(file))
            : [];
    }

    private static bool IsBuildOutput(string file) =>
        Relative(file).Split('/').Any(static segment => segment is "bin" or "obj" or "node_modules");

    /// <summary>Upwards from the tests' binaries; where a build maps its paths (CI), this file's own path would not do.</summary>
    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        foreach (string? start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(thisFile) })
        {
            for (DirectoryInfo? folder = start is null ? null : new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "BleepStore.Storage.sln")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new InvalidOperationException(
            "BleepStore.Storage.sln is in no folder above the tests: the documentation tests need the source tree.");
    }
}
