using System.Text;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Listing;

/// <summary>
/// Walks a bucket's folders for files whose paths no key spells, and for links, pipes and devices. A page begins after the last name of the
/// page before. No folder is held open while another is walked. A folder that is deeper than the folders of keys is one name.
/// </summary>
internal sealed class ForeignWalk(LocalRoot root, ListForeignNamesRequest request, CancellationToken cancellationToken)
{
    /// <summary>
    /// The end of the names that are not UTF-8. It makes them differ from valid names of the same text. No file system allows it in a name.
    /// </summary>
    private const string RawMark = "\0";

    private readonly string[] _after = request.ContinuationToken?.Split('/') ?? [];
    private readonly List<ForeignName> _names = [];
    private string? _last;

    public ListForeignNamesResult Run()
    {
        root.RequireBucket(request.Bucket);
        bool isComplete = Walk(new Level("", "", "", IsSpelled: true, KeyBytes: 0, Depth: 0), isResuming: _after.Length > 0);
        root.RequireItself();
        return new ListForeignNamesResult { Names = _names, ContinuationToken = isComplete ? null : _last };
    }

    /// <returns>Whether the page has room for more.</returns>
    private bool Walk(Level level, bool isResuming)
    {
        string path = $"{request.Bucket}/{level.Path}".TrimEnd('/');
        List<FolderEntry> entries;
        DiskError error = root.OpenFolder(path, out DiskFolder folder);
        using (folder)
        {
            if (error is DiskError.NotFound or DiskError.NotAFolder or DiskError.IsALink)
            {
                // The folder was deleted or replaced meanwhile.
                return true;
            }

            LocalErrors.Check(error, "Opening a folder");
            entries = folder.ReadWhatIsThere();
        }

        var names = new FoldedNames(root, entries);
        entries.Sort(static (x, y) => string.CompareOrdinal(OrderOf(x), OrderOf(y)));
        foreach (FolderEntry entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int order = isResuming ? string.CompareOrdinal(OrderOf(entry), _after[level.Depth]) : 1;
            bool isLast = level.Depth == _after.Length - 1;
            bool isDone = order < 0 || (order == 0 && isLast && !IsWalked(entry, level));
            if (!isDone && !Visit(path, entry, names, level, isResuming: order == 0 && !isLast))
            {
                return false;
            }
        }

        return true;
    }

    private bool Visit(string path, FolderEntry entry, FoldedNames names, Level level, bool isResuming)
    {
        if (entry.Name is not { } name)
        {
            // The whole content of such a folder is foreign.
            return TryAdd(entry, level, status: null);
        }

        if (root.IsPortable && name.StartsWith(LocalNames.Moving, StringComparison.Ordinal))
        {
            // The entry is the store's own. It exists while an object becomes a folder.
            return true;
        }

        switch (entry.Kind)
        {
            case EntryKind.Folder when IsWalked(entry, level):
                return Walk(level.Below(name, SpelledOf(path, name, names), root.Names), isResuming);
            case EntryKind.File when level.Spells(SpelledOf(path, name, names), root.Names):
                return true;
            default:
                DiskError error = Stat(path, name, out FileStatus status);
                return error == DiskError.NotFound || TryAdd(entry, level, error == DiskError.None ? status : null);
        }
    }

    /// <summary>Returns the name by which the system also leads to an entry, if keys spell the entry so.</summary>
    private string SpelledOf(string path, string name, FoldedNames names)
    {
        string spelled = names.SpelledOf(name);
        return spelled == name || Stat(path, spelled, out _) == DiskError.NotFound ? name : spelled;
    }

    /// <summary>Whether the content of a folder is walked. A folder cannot be opened by a name that is not UTF-8.</summary>
    private static bool IsWalked(FolderEntry entry, Level level) =>
        entry is { Kind: EntryKind.Folder, Name: not null } && level.Depth < LocalNames.MostFolders;

    private DiskError Stat(string path, string name, out FileStatus status)
    {
        status = default;
        DiskError error = root.OpenFolder(path, out DiskFolder folder);
        using (folder)
        {
            return error == DiskError.None ? folder.Stat(name, out status) : error;
        }
    }

    private bool TryAdd(FolderEntry entry, Level level, FileStatus? status)
    {
        if (_names.Count == request.PageSize)
        {
            return false;
        }

        _names.Add(new ForeignName
        {
            DisplayName = level.Path + (entry.Name ?? entry.Display) + (entry.Kind == EntryKind.Folder ? "/" : ""),
            Size = status is { IsFile: true } file ? file.Size : null,
            LastModified = status?.LastModified,
        });
        _last = level.Order + OrderOf(entry);
        return true;
    }

    private static string OrderOf(FolderEntry entry) => entry.Name ?? entry.Display + RawMark;

    /// <summary>A folder on the way.</summary>
    /// <param name="Path">The path below the bucket, with a slash at its end.</param>
    /// <param name="Order">The path in the form that orders the names.</param>
    /// <param name="Pieces">The folders above that hold the beginning of a long name.</param>
    /// <param name="IsSpelled">Whether the folder can hold keys.</param>
    /// <param name="KeyBytes">The size of the common beginning of the folder's keys, in bytes.</param>
    /// <param name="Depth">How many folders of the bucket are above this folder.</param>
    private readonly record struct Level(string Path, string Order, string Pieces, bool IsSpelled, int KeyBytes, int Depth)
    {
        /// <param name="name">The name of a folder in this folder.</param>
        /// <param name="spelled">The name as keys spell it.</param>
        /// <param name="names">Reads names.</param>
        public Level Below(string name, string spelled, LocalNames names)
        {
            bool isContinued = IsSpelled && name.EndsWith(LocalNames.Continued, StringComparison.Ordinal);
            string? segment = null;
            bool isSpelled = isContinued || (IsSpelled && name != LocalNames.Self && names.TryReadSegment(Pieces + spelled, out segment));
            int bytes = KeyBytes + (segment is null ? 0 : Encoding.UTF8.GetByteCount(segment) + 1);
            return new Level($"{Path}{name}/", $"{Order}{name}/", isContinued ? $"{Pieces}{name}/" : "", isSpelled, bytes, Depth + 1);
        }

        /// <summary>Whether a file of this name in the folder is an object.</summary>
        public bool Spells(string name, LocalNames names)
        {
            if (!IsSpelled)
            {
                return false;
            }

            if (name == LocalNames.Self)
            {
                // The object has the key of the folder, without the slash.
                return Depth > 0 && Pieces.Length == 0 && KeyBytes - 1 <= LocalNames.LongestKey;
            }

            return names.TryReadSegment(Pieces + name, out string? segment)
                && KeyBytes + Encoding.UTF8.GetByteCount(segment) <= LocalNames.LongestKey;
        }
    }
}
