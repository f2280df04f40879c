using System.IO.Enumeration;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Walks a tree of files in the order of their names' UTF-8 bytes, with <c>/</c> between the folders. A bucket lists the same names in that
/// order. At each level the walk holds the names of one folder.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="filter">The names that take part.</param>
/// <param name="followsLinks">Whether links are followed.</param>
/// <param name="report">Receives the names that cannot be read, and the reasons.</param>
internal sealed class FolderWalk(string root, NameFilter filter, bool followsLinks, Action<string, Exception> report)
{
    /// <summary>.NET puts it in the place of bytes that are no UTF-8.</summary>
    private const char Replacement = '\uFFFD';

    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private readonly Stack<Level> _levels = [];

    /// <exception cref="IOException">The root cannot be read.</exception>
    public IEnumerable<SyncItem> Run()
    {
        FileStatus? begun = FileStatus.Of(root, followsLink: true);
        if (begun is { Kind: FileKind.File })
        {
            throw new IOException($"'{root}' is a file. Name a folder, or transfer the file alone with PutFileAsync or GetFileAsync.");
        }

        Push("", root);
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

        // When a disk is removed during the walk, another folder appears at the path. The files on the disk still exist.
        if (FileStatus.Of(root, followsLink: true) is not { } ended || (ended.Number, ended.Device) != (begun?.Number, begun?.Device))
        {
            throw new IOException($"The folder '{root}' was removed or replaced while it was read.");
        }
    }

    private SyncItem? Visit(Level level, Entry entry)
    {
        string name = level.Prefix + entry.Name;
        string path = Path.Combine(level.Path, entry.Name);
        if (entry.IsTwin)
        {
            report(name, NotUnicode(path));
            return null;
        }

        if (entry.IsLink && !followsLinks)
        {
            return Hides(entry, name, path) ? new SyncItem(name, 0) { Skip = SkipReason.Link } : null;
        }

        if (entry.IsFolder)
        {
            if (entry.IsLoop)
            {
                return new SyncItem(name, 0) { Skip = SkipReason.Loop };
            }

            Enter(name, path);
            return null;
        }

        bool isTaken = entry.IsLink ? Hides(entry, name, path) : filter.Takes(name);
        if (!isTaken || TemporaryFiles.AreNamedLike(entry.Name))
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
        else if (WhyUntold(path) is { } error)
        {
            report(name, error);
        }

        // Otherwise it was deleted meanwhile.
        return null;
    }

    /// <summary>Whether a link takes part, or names that can be below it. Where it leads nowhere, it can have led to a folder.</summary>
    private bool Hides(Entry link, string name, string path) =>
        filter.Takes(name)
        || ((link.IsFolder || FileStatus.Of(path, followsLink: true) is null) && !filter.Excludes(name + "/"));

    /// <returns><see langword="null"/> where nothing exists. A file without read access does not count as missing.</returns>
    private static Exception? WhyUntold(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return new IOException($"The system does not report the size of '{Visible.Text(path)}'.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error;
        }
    }

    private void Enter(string name, string path)
    {
        if (filter.Excludes(name + "/"))
        {
            return;
        }

        try
        {
            Push(name + "/", path);
        }
        catch (DirectoryNotFoundException) when (name.Contains(Replacement, StringComparison.Ordinal))
        {
            report(name, NotUnicode(path));
        }
        catch (DirectoryNotFoundException)
        {
            // It was deleted meanwhile.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            report(name + "/", error);
        }
    }

    private static IOException NotUnicode(string path) => new(
        $"The name of '{path}' is not valid UTF-8, so it is not valid for a key. Rename it.");

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

    private void Push(string prefix, string path)
    {
        Entry[] entries = [.. new FileSystemEnumerable<Entry>(path, static (ref FileSystemEntry entry) => EntryOf(ref entry), All)];
        _levels.Push(new Level(prefix, path, entries));
        var replaced = new HashSet<string>(StringComparer.Ordinal);
        for (int at = 0; at < entries.Length; at++)
        {
            Entry entry = entries[at];

            // A link that is not entered counts as a file.
            bool isLoop = followsLinks
                && entry is { IsLink: true, IsFolder: true }
                && !filter.Excludes($"{prefix}{entry.Name}/")
                && IsLoop(Path.Combine(path, entry.Name));
            bool isEntered = entry.IsFolder && !isLoop && (followsLinks || !entry.IsLink);
            entries[at] = entry with
            {
                IsLoop = isLoop,
                IsTwin = entry.Name.Contains(Replacement, StringComparison.Ordinal) && !replaced.Add(entry.Name),
                SortName = isEntered ? entry.Name + "/" : entry.Name,
            };
        }

        Array.Sort(entries, static (x, y) => KeyOrder.Compare(x.SortName, y.SortName));
    }

    private static Entry EntryOf(ref FileSystemEntry entry)
    {
        bool isLink = entry.Attributes.HasFlag(FileAttributes.ReparsePoint)
            && (!OperatingSystem.IsWindows() || entry.ToFileSystemInfo().LinkTarget is not null);
        return new Entry(entry.FileName.ToString(), entry.IsDirectory, isLink);
    }

    private readonly record struct Entry(string Name, bool IsFolder, bool IsLink)
    {
        /// <summary>The names below a folder begin with its name and a slash.</summary>
        public string SortName { get; init; } = Name;

        /// <summary>Whether it is a link to a folder in which it stands.</summary>
        public bool IsLoop { get; init; }

        /// <summary>Whether another entry has the same name. So at least one of the two is no UTF-8.</summary>
        public bool IsTwin { get; init; }
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
