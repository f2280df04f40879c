using System.IO.Enumeration;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Walks a tree of files in the order of their names' UTF-8 bytes, with <c>/</c> between the folders: the order in which a bucket lists the
/// same names. It holds the names of one folder of each level.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="filter">Which names take part.</param>
/// <param name="followsLinks">Whether links are followed.</param>
/// <param name="report">Told the name of what cannot be read, and why.</param>
internal sealed class FolderWalk(string root, NameFilter filter, bool followsLinks, Action<string, Exception> report)
{
    /// <summary>.NET puts it in the place of bytes that are no UTF-8.</summary>
    private const char Replacement = '\uFFFD';

    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private readonly Stack<Level> _levels = [];

    /// <exception cref="IOException">The root cannot be read.</exception>
    public IEnumerable<SyncItem> Run()
    {
        _levels.Push(new Level("", root, ReadNames(root)));
        while (_levels.TryPeek(out Level? level))
        {
            if (level.TryTake(out Entry entry))
            {
                if (Visit(level, entry) is { } item)
                {
                    yield return item;
                }
            }
            else
            {
                _levels.Pop();
            }
        }
    }

    private SyncItem? Visit(Level level, Entry entry)
    {
        string name = level.Prefix + entry.Name;
        string path = Path.Combine(level.Path, entry.Name);
        if (entry.IsLink && !followsLinks)
        {
            return filter.Takes(name) ? new SyncItem(name, 0) { Skip = SkipReason.Link } : null;
        }

        if (entry.IsFolder)
        {
            Enter(name, path, entry.IsLink, out bool isLoop);
            return isLoop ? new SyncItem(name, 0) { Skip = SkipReason.Loop } : null;
        }

        if (!filter.Takes(name) || TemporaryFiles.AreNamedLike(entry.Name))
        {
            return null;
        }

        if (FileStatus.Of(path, followsLink: true) is { } status)
        {
            return status.Kind is FileKind.File
                ? new SyncItem(name, status.Size) { File = status }
                : new SyncItem(name, 0) { Skip = SkipReason.SpecialFile };
        }

        if (entry.IsLink)
        {
            return new SyncItem(name, 0) { Skip = SkipReason.BrokenLink };
        }

        if (entry.Name.Contains(Replacement, StringComparison.Ordinal))
        {
            report(name, NotUnicode(path));
        }

        // It has gone meanwhile.
        return null;
    }

    private void Enter(string name, string path, bool isLink, out bool isLoop)
    {
        isLoop = false;
        if (filter.Excludes(name + "/"))
        {
            return;
        }

        if (isLink && IsLoop(path))
        {
            isLoop = true;
            return;
        }

        try
        {
            _levels.Push(new Level(name + "/", path, ReadNames(path)));
        }
        catch (DirectoryNotFoundException) when (name.Contains(Replacement, StringComparison.Ordinal))
        {
            report(name, NotUnicode(path));
        }
        catch (DirectoryNotFoundException)
        {
            // It has gone meanwhile.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            report(name + "/", error);
        }
    }

    private static IOException NotUnicode(string path) => new(
        $"The name of '{path}' is not valid UTF-8, so no key can have it. Rename it.");

    /// <summary>Whether a link leads to a folder that is being walked.</summary>
    private bool IsLoop(string path)
    {
        if (FileStatus.Of(path, followsLink: true) is not { } target)
        {
            return false;
        }

        if (target.Number == 0)
        {
            string end = EndOf(path);
            return _levels.Any(level => string.Equals(EndOf(level.Path), end, StringComparison.OrdinalIgnoreCase));
        }

        return _levels.Any(level =>
            FileStatus.Of(level.Path, followsLink: true) is { } above && (above.Number, above.Device) == (target.Number, target.Device));
    }

    private static string EndOf(string path) => Path.TrimEndingDirectorySeparator(
        new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path);

    private static Entry[] ReadNames(string folder)
    {
        Entry[] entries = [.. new FileSystemEnumerable<Entry>(folder, static (ref FileSystemEntry entry) => EntryOf(ref entry), All)];
        Array.Sort(entries, static (x, y) => KeyOrder.Compare(x.SortName, y.SortName));
        return entries;
    }

    private static Entry EntryOf(ref FileSystemEntry entry)
    {
        bool isLink = entry.Attributes.HasFlag(FileAttributes.ReparsePoint)
            && (!OperatingSystem.IsWindows() || entry.ToFileSystemInfo().LinkTarget is not null);
        string name = entry.FileName.ToString();

        // The names below a folder begin with its name and a slash.
        return entry.IsDirectory ? new Entry(name, name + "/", isLink) : new Entry(name, name, isLink);
    }

    private readonly record struct Entry(string Name, string SortName, bool IsLink)
    {
        public bool IsFolder => Name.Length != SortName.Length;
    }

    private sealed class Level(string prefix, string path, Entry[] entries)
    {
        private int _next;

        public string Prefix { get; } = prefix;

        public string Path { get; } = path;

        public bool TryTake(out Entry entry)
        {
            entry = _next < entries.Length ? entries[_next] : default;
            return _next++ < entries.Length;
        }
    }
}
