using BleepStore.Storage.Backends;
using BleepStore.Storage.Local.Files;
using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Listing;

/// <summary>
/// Walks a bucket's folders for files whose paths no key spells, and for links, pipes and the like. A page goes on behind the last name of
/// the page before.
/// </summary>
internal sealed class ForeignWalk(LocalRoot root, ListForeignNamesRequest request, CancellationToken cancellationToken)
{
    /// <summary>
    /// Ends the names that are not UTF-8, so that they differ from those that look like them. No file system has it in a name.
    /// </summary>
    private const string RawMark = "\0";

    private readonly string[] _after = request.ContinuationToken?.Split('/') ?? [];
    private readonly List<ForeignName> _names = [];
    private string? _last;

    public ListForeignNamesResult Run()
    {
        int error = root.OpenFolder(request.Bucket, out SafeFileHandle folder);
        using (folder)
        {
            if (error == Errno.ENOENT)
            {
                throw LocalErrors.NoSuchBucket(request.Bucket);
            }

            LocalErrors.Check(error, "Opening the bucket's folder");
            bool isComplete = Walk(folder, new Level("", "", "", IsSpelled: true, Depth: 0), isResuming: _after.Length > 0);
            return new ListForeignNamesResult { Names = _names, ContinuationToken = isComplete ? null : _last };
        }
    }

    /// <returns>Whether the page has room for more.</returns>
    private bool Walk(SafeFileHandle folder, Level level, bool isResuming)
    {
        List<FolderEntry> entries = FolderReader.ReadWhatIsThere(folder);
        entries.Sort(static (x, y) => string.CompareOrdinal(OrderOf(x), OrderOf(y)));
        foreach (FolderEntry entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int order = isResuming ? string.CompareOrdinal(OrderOf(entry), _after[level.Depth]) : 1;
            bool isLast = level.Depth == _after.Length - 1;
            bool isDone = order < 0 || (order == 0 && isLast && (entry.Kind != EntryKind.Folder || entry.Name is null));
            if (!isDone && !Visit(folder, entry, level, isResuming: order == 0 && !isLast))
            {
                return false;
            }
        }

        return true;
    }

    private bool Visit(SafeFileHandle folder, FolderEntry entry, Level level, bool isResuming)
    {
        if (entry.Name is not { } name)
        {
            // A folder of such a name cannot be opened by it, and all that is in it is foreign.
            return TryAdd(entry, level, status: null);
        }

        switch (entry.Kind)
        {
            case EntryKind.Folder:
                int error = Contained.Open(folder, name, OpenFlags.Folder, stepwise: false, out SafeFileHandle inner);
                using (inner)
                {
                    // Gone, or another thing by now.
                    return error != Errno.None || Walk(inner, level.Below(name, root.Names), isResuming);
                }

            case EntryKind.File when level.Spells(name, root.Names):
                return true;
            default:
                return Posix.Stat(folder, name, out FileStatus status) != Errno.None || TryAdd(entry, level, status);
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
    /// <param name="Path">Its path below the bucket, with a slash at its end.</param>
    /// <param name="Order">The same, of what names are ordered by.</param>
    /// <param name="Pieces">The folders above that hold the beginning of a long name.</param>
    /// <param name="IsSpelled">Whether keys lie in it.</param>
    /// <param name="Depth">How many folders are above it in the bucket.</param>
    private readonly record struct Level(string Path, string Order, string Pieces, bool IsSpelled, int Depth)
    {
        public Level Below(string name, LocalNames names)
        {
            bool isContinued = IsSpelled && name.EndsWith(LocalNames.Continued, StringComparison.Ordinal);
            bool isSpelled = isContinued || (IsSpelled && name != LocalNames.Self && names.TryReadSegment(Pieces + name, out _));
            return new Level($"{Path}{name}/", $"{Order}{name}/", isContinued ? $"{Pieces}{name}/" : "", isSpelled, Depth + 1);
        }

        /// <summary>Whether a file of this name in the folder is an object.</summary>
        public bool Spells(string name, LocalNames names) =>
            IsSpelled && (name == LocalNames.Self ? Depth > 0 && Pieces.Length == 0 : names.TryReadSegment(Pieces + name, out _));
    }
}
