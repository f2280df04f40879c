using System.Text;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Listing;

/// <summary>
/// Reads a folder as items in the order of their keys. The items of a large folder are kept for the next page of the listing. They stay
/// valid while the folder's own time shows that no name was added or removed. Without them, pages of a thousand would read a hundred
/// thousand names each.
/// </summary>
internal sealed class FolderItems(LocalRoot root)
{
    private const int WorthKeeping = 2000;

    /// <summary>The most readings of a folder that changes during the reading.</summary>
    private const int MostReadings = 5;

    private const long Millisecond = 1_000_000;

    /// <summary>The time without changes after which a folder's time is trusted. File systems count time in steps.</summary>
    private const long Step = 200 * Millisecond;

    private const long CoarseStep = 3000 * Millisecond;

    private Kept? _kept;

    /// <summary>Returns the items of a folder. A path that is missing or leads to no folder has no items.</summary>
    /// <param name="path">The folder, relative to the root.</param>
    public FolderItem[] Read(string path)
    {
        DiskError error = root.OpenFolder(path, out DiskFolder folder);
        using (folder)
        {
            // Links are not followed, so a link has no items.
            if (error is DiskError.NotFound or DiskError.NotAFolder or DiskError.IsALink)
            {
                return [];
            }

            LocalErrors.Check(error, "Opening a folder");
            error = folder.Stat(out FileStatus status);
            if (error == DiskError.NotFound)
            {
                return [];
            }

            LocalErrors.Check(error, "Reading a folder");
            if (_kept is { } kept && kept.IsOf(status))
            {
                return kept.Items;
            }

            // Another program can set the time of the last modification back, but not that of the last change.
            long last = Math.Max(status.Modified, status.Changed);

            // The times of the files are those of the machine's clock, too.
            long now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
            bool isPlain = true;
            var items = new List<FolderItem>();
            AddItems(folder, "", depth: 0, items, ref isPlain);
            FolderItem[] sorted = [.. items];
            Array.Sort(sorted, FolderItem.Compare);
            if (sorted.Length >= WorthKeeping && isPlain && now - last > (status.Changed % 1_000_000_000 == 0 ? CoarseStep : Step))
            {
                _kept = new Kept(status.Device, status.Inode, status.Modified, status.Changed, sorted);
            }

            return sorted;
        }
    }

    /// <summary>Adds the items of a folder, and of the folders in it that only continue a long name.</summary>
    private void AddItems(DiskFolder folder, string pieces, int depth, List<FolderItem> items, ref bool isPlain)
    {
        List<FolderEntry> entries = ReadEntries(folder);
        var names = new FoldedNames(root, entries);
        foreach (FolderEntry entry in entries)
        {
            // Names that are not UTF-8 belong to no key. The folder above has handled the self object already.
            if (entry.Name is not { } name || entry.Kind == EntryKind.Other || name == LocalNames.Self)
            {
                continue;
            }

            if (entry.Kind == EntryKind.Folder && name.EndsWith(LocalNames.Continued, StringComparison.Ordinal))
            {
                isPlain = false;
                AddContinued(folder, pieces, name, depth, items, ref isPlain);
            }
            else if (names.SpelledOf(name) is var spelled && root.Names.TryReadSegment(pieces + spelled, out string? segment))
            {
                string path = pieces.Length == 0 && spelled == segment ? segment : pieces + spelled;
                items.Add(new FolderItem(path, segment, entry.Kind == EntryKind.Folder, IsSubtree: false));
                if (entry.Kind == EntryKind.Folder)
                {
                    items.Add(new FolderItem(path, segment, IsFolder: true, IsSubtree: true));
                }
            }
        }
    }

    /// <summary>
    /// Reads the entries. In a portable root an object can change its name during the reading, and the system may then show neither name.
    /// So the folder is read again. The object changes its name twice, so the third reading shows it.
    /// </summary>
    private List<FolderEntry> ReadEntries(DiskFolder folder)
    {
        if (!root.IsPortable)
        {
            return folder.ReadWhatIsThere();
        }

        DiskError error = folder.Stat(out FileStatus before);
        List<FolderEntry> entries = folder.ReadWhatIsThere();
        bool isWhole = NameMoving(folder, entries);
        for (int reading = 1; error == DiskError.None && reading < MostReadings; reading++)
        {
            error = folder.Stat(out FileStatus after);
            if (isWhole && error == DiskError.None && (after.Modified, after.Changed) == (before.Modified, before.Changed))
            {
                break;
            }

            before = after;
            error = error == DiskError.None ? AddWhatIsNew(folder, entries) : error;
            isWhole = NameMoving(folder, entries);
        }

        return entries;
    }

    private static DiskError AddWhatIsNew(DiskFolder folder, List<FolderEntry> entries)
    {
        DiskError error = folder.Reopen(out DiskFolder again);
        using (again)
        {
            if (error == DiskError.None)
            {
                // A name that was a file before can be a folder now.
                List<FolderEntry> now = again.ReadWhatIsThere();
                var names = new HashSet<string?>(now.Select(static entry => entry.Name ?? entry.Display), StringComparer.Ordinal);
                entries.RemoveAll(entry => names.Contains(entry.Name ?? entry.Display));
                entries.AddRange(now);
            }
        }

        return error;
    }

    /// <summary>Lists an object that is becoming a folder under the object's own name.</summary>
    /// <returns>Whether no such object has changed its name after the entries were read.</returns>
    private static bool NameMoving(DiskFolder folder, List<FolderEntry> entries)
    {
        List<FolderEntry> moving = entries.FindAll(
            static entry => entry.Name?.StartsWith(LocalNames.Moving, StringComparison.Ordinal) == true);
        if (moving.Count == 0)
        {
            return true;
        }

        bool isWhole = true;
        entries.RemoveAll(moving.Contains);
        foreach (FolderEntry entry in moving.Where(static entry => entry.Kind == EntryKind.Folder))
        {
            string? name = ReadName(folder, entry.Name!);
            isWhole &= name is not null;
            if (name is not null && !entries.Exists(other => other.Name == name))
            {
                entries.Add(new FolderEntry(name, EntryKind.File));
            }
        }

        return isWhole;
    }

    /// <returns>The name, or <see langword="null"/> if the object has left the folder.</returns>
    private static string? ReadName(DiskFolder folder, string moving)
    {
        DiskError error = folder.OpenFolder(moving, out DiskFolder inner);
        using (inner)
        {
            DiskFile? file = null;
            error = error == DiskError.None ? inner.OpenFile(LocalNames.Moving, out file) : error;
            using (file)
            {
                if (error is DiskError.NotFound or DiskError.NotAFolder or DiskError.IsALink)
                {
                    return null;
                }

                byte[] bytes = new byte[LocalNames.LongestName];
                int count = 0;
                error = error == DiskError.None ? file!.Read(bytes, 0, out count) : error;
                LocalErrors.Check(error, "Reading the name of an object that becomes a folder");
                return Encoding.UTF8.GetString(bytes, 0, count);
            }
        }
    }

    private void AddContinued(DiskFolder folder, string pieces, string name, int depth, List<FolderItem> items, ref bool isPlain)
    {
        if (depth == LocalNames.MostPieces)
        {
            // No key is as long. Other programs have made these folders, which hold no objects.
            return;
        }

        DiskError error = folder.OpenFolderBelow(name, out DiskFolder inner);
        using (inner)
        {
            if (error is DiskError.NotFound or DiskError.NotAFolder or DiskError.IsALink)
            {
                return;
            }

            LocalErrors.Check(error, "Opening a folder");
            AddItems(inner, pieces + name + "/", depth + 1, items, ref isPlain);
        }
    }

    private sealed record Kept(ulong Device, ulong Inode, long Modified, long Changed, FolderItem[] Items)
    {
        public bool IsOf(in FileStatus status) =>
            Device == status.Device && Inode == status.Inode && Modified == status.Modified && Changed == status.Changed;
    }
}
