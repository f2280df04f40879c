namespace BleepStore.Storage.Local.IO;

/// <summary>The store's own folders: made, read and deleted with all that they hold.</summary>
internal static class FolderTree
{
    /// <summary>Opens a folder, and makes it if it is not there.</summary>
    public static DiskFolder OpenOrMake(DiskFolder folder, string name)
    {
        DiskError error = folder.MakeFolder(name);
        LocalErrors.Check(error == DiskError.Exists ? DiskError.None : error, $"Making the folder {name}");
        LocalErrors.Check(folder.OpenFolder(name, out DiskFolder made), $"Opening the folder {name}");
        return made;
    }

    /// <summary>Deletes an entry and all that it holds. What cannot be deleted stays for the next start: it is out of sight.</summary>
    public static void Delete(DiskFolder folder, string name)
    {
        if (folder.RemoveFile(name) == DiskError.None || folder.OpenFolder(name, out DiskFolder inner) is not DiskError.None)
        {
            return;
        }

        using (inner)
        {
            foreach (FolderEntry entry in Entries(inner))
            {
                if (entry.Name is not null)
                {
                    Delete(inner, entry.Name);
                }
            }
        }

        _ = folder.RemoveFolder(name);
    }

    /// <summary>The entries of a folder; none where it cannot be read.</summary>
    public static List<FolderEntry> Entries(DiskFolder folder)
    {
        var entries = new List<FolderEntry>();
        if (folder.Reopen(out DiskFolder fresh) == DiskError.None)
        {
            _ = fresh.ReadEntries(entries);
        }

        fresh.Dispose();
        return entries;
    }
}
