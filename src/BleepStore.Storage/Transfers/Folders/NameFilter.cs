using Microsoft.Extensions.FileSystemGlobbing;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>Tells which names take part. Thread-safe.</summary>
internal sealed class NameFilter
{
    private const string Everything = "**/*";
    private const string AllBelow = "/**";
    private const string Root = "/";

    /// <summary>Stands for the characters that are removed from paths. No Unicode text contains it.</summary>
    private const char Stand = '\uFFFF';

    private readonly Matcher? _names;
    private readonly Matcher? _excludedFolders;

    public NameFilter(FolderOptions options)
    {
        if (options.Include.Count + options.Exclude.Count == 0)
        {
            return;
        }

        _names = new Matcher(StringComparison.Ordinal);
        _names.AddIncludePatterns(options.Include.Count == 0 ? [Everything] : options.Include);
        _names.AddExcludePatterns(options.Exclude);
        string[] folders = [.. options.Exclude.Where(IsWholeFolder)];
        if (folders.Length > 0)
        {
            _excludedFolders = new Matcher(StringComparison.Ordinal);
            _excludedFolders.AddIncludePatterns(folders);
        }
    }

    public bool Takes(string name) => _names is null || _names.Match(Root, Literal(name)).HasMatches;

    /// <summary>Whether nothing in a folder can take part.</summary>
    /// <param name="folder">The folder's name, with <c>/</c> at its end.</param>
    public bool Excludes(string folder) => _excludedFolders is not null && _excludedFolders.Match(Root, Literal(folder + "any")).HasMatches;

    private static bool IsWholeFolder(string pattern) => pattern.EndsWith(AllBelow, StringComparison.Ordinal) || pattern.EndsWith('/');

    /// <summary>
    /// A name in which each segment stands for itself. The matcher takes names for paths, and would take out empty segments and dots, and
    /// refuse a NUL.
    /// </summary>
    private static string Literal(string name)
    {
        if (!name.Contains('\0', StringComparison.Ordinal) && !name.Split('/').Any(IsCleaned))
        {
            return name;
        }

        string[] segments = name.Replace('\0', Stand).Split('/');
        return string.Join('/', segments.Select(static segment => IsCleaned(segment) ? Stand + segment : segment));
    }

    private static bool IsCleaned(string segment) => segment is "" or "." or "..";
}
