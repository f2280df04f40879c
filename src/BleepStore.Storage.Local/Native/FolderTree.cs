using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Native;

/// <summary>The store's own folders: made, read and deleted with all that they hold.</summary>
internal static class FolderTree
{
    /// <summary>Opens a folder, and makes it if it is not there.</summary>
    public static SafeFileHandle OpenOrMake(SafeFileHandle folder, string name)
    {
        int error = Posix.MakeFolder(folder, name);
        LocalErrors.Check(error == Errno.EEXIST ? Errno.None : error, $"Making the folder {name}");
        LocalErrors.Check(Posix.Open(folder, name, OpenFlags.Folder, out SafeFileHandle made), $"Opening the folder {name}");
        return made;
    }

    /// <summary>Deletes an entry and all that it holds. What cannot be deleted stays for the next start: it is out of sight.</summary>
    public static void Delete(SafeFileHandle folder, string name)
    {
        if (Posix.Unlink(folder, name) == Errno.None || Posix.Open(folder, name, OpenFlags.Folder, out SafeFileHandle inner) is not Errno.None)
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

        _ = Posix.Remove(folder, name);
    }

    /// <summary>The entries of a folder; none where it cannot be read.</summary>
    public static List<FolderEntry> Entries(SafeFileHandle folder)
    {
        var entries = new List<FolderEntry>();
        if (Posix.Open(folder, ".", OpenFlags.Folder, out SafeFileHandle fresh) == Errno.None)
        {
            _ = FolderReader.Read(fresh, entries);
        }

        fresh.Dispose();
        return entries;
    }
}
