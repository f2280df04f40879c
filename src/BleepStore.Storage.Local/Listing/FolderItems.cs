using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Listing;

/// <summary>
/// Reads a folder as items in the order of their keys. A large folder is kept for the next page of the listing, as long as the folder's own
/// time shows that no name came or went: otherwise pages of a thousand would read a hundred thousand names each.
/// </summary>
internal sealed class FolderItems(LocalRoot root)
{
    private const int WorthKeeping = 2000;
    private const long Millisecond = 1_000_000;

    /// <summary>How long a folder must have been left alone for its time to be trusted: file systems count time in steps.</summary>
    private const long Step = 200 * Millisecond;

    private const long CoarseStep = 3000 * Millisecond;

    private Kept? _kept;

    /// <summary>The items of a folder; none if it is gone or is none.</summary>
    /// <param name="path">The folder, relative to the root.</param>
    public FolderItem[] Read(string path)
    {
        DiskError error = root.OpenFolder(path, out DiskFolder folder);
        using (folder)
        {
            // Links are not followed: there is nothing under one.
            if (error is DiskError.NotFound or DiskError.NotAFolder or DiskError.IsALink)
            {
                return [];
            }

            LocalErrors.Check(error, "Opening a folder");
            LocalErrors.Check(folder.Stat(out FileStatus status), "Reading a folder");
            if (_kept is { } kept && kept.IsOf(status))
            {
                return kept.Items;
            }

            // Another program can set the time of the last modification back, but not that of the last change.
            long last = Math.Max(status.Modified, status.Changed);
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

    /// <summary>Adds the items of a folder, and of those in it that only continue a long name.</summary>
    private void AddItems(DiskFolder folder, string pieces, int depth, List<FolderItem> items, ref bool isPlain)
    {
        foreach (FolderEntry entry in folder.ReadWhatIsThere())
        {
            // Names that are not UTF-8 are no key's, and the self object was looked at from the folder above.
            if (entry.Name is not { } name || entry.Kind == EntryKind.Other || name == LocalNames.Self)
            {
                continue;
            }

            if (entry.Kind == EntryKind.Folder && name.EndsWith(LocalNames.Continued, StringComparison.Ordinal))
            {
                isPlain = false;
                AddContinued(folder, pieces, name, depth, items, ref isPlain);
            }
            else if (root.Names.TryReadSegment(pieces + name, out string? segment))
            {
                string path = pieces.Length == 0 && name == segment ? segment : pieces + name;
                items.Add(new FolderItem(path, segment, entry.Kind == EntryKind.Folder, IsSubtree: false));
                if (entry.Kind == EntryKind.Folder)
                {
                    items.Add(new FolderItem(path, segment, IsFolder: true, IsSubtree: true));
                }
            }
        }
    }

    private void AddContinued(DiskFolder folder, string pieces, string name, int depth, List<FolderItem> items, ref bool isPlain)
    {
        if (depth == LocalNames.MostPieces)
        {
            // No key is as long. Whoever made these folders, they hold no object.
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
