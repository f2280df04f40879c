using Microsoft.Extensions.FileSystemGlobbing;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>Tells which names take part. Thread-safe.</summary>
internal sealed class NameFilter
{
    private const string Everything = "**/*";
    private const string AllBelow = "/**";
    private const string Root = "/";

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

    private static bool IsWholeFolder(string pattern) => pattern.EndsWith(AllBelow, StringComparison.Ordinal) || pattern.EndsWith('/');

    public bool Takes(string name) => _names is null || _names.Match(Root, name).HasMatches;

    /// <summary>Whether nothing in a folder can take part.</summary>
    /// <param name="folder">The folder's name, with <c>/</c> at its end.</param>
    public bool Excludes(string folder) => _excludedFolders is not null && _excludedFolders.Match(Root, folder + "any").HasMatches;
}
