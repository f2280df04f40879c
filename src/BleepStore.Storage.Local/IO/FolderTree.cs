namespace BleepStore.Storage.Local.IO;

/// <summary>Makes and reads the store's own folders, and deletes them with their contents.</summary>
internal static class FolderTree
{
    /// <summary>Opens a folder, and makes it if it does not exist.</summary>
    public static DiskFolder OpenOrMake(DiskFolder folder, string name)
    {
        DiskError error = folder.MakeFolder(name);
        LocalErrors.Check(error == DiskError.Exists ? DiskError.None : error, $"Making the folder {name}");
        LocalErrors.Check(folder.OpenFolder(name, out DiskFolder made), $"Opening the folder {name}");
        return made;
    }

    /// <summary>Deletes an entry with its contents. An entry that cannot be deleted stays out of sight until the next start.</summary>
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

    /// <summary>Returns the entries of a folder, or none if the folder cannot be read.</summary>
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
