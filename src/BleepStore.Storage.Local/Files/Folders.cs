using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>Makes and removes the folders that keys need.</summary>
internal sealed class Folders(LocalRoot root, Workspace workspace, Durability durability)
{
    /// <summary>Makes the folders above an object, and flushes each that got a new entry before anything is put into it.</summary>
    /// <returns><see cref="Errno.ENOENT"/>: a folder was pruned meanwhile, make them again. <see cref="Errno.ENOTDIR"/>: an object stands
    /// where a folder is needed.</returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchBucket"/>, or the system refuses.</exception>
    public int Make(Place place)
    {
        root.RequireBucket(place.Bucket);
        int error = root.OpenFolder(place.Bucket, out SafeFileHandle folder);
        foreach (string name in place.Folder.Split('/').Skip(1))
        {
            if (error == Errno.None)
            {
                error = Make(folder, name, out SafeFileHandle inner);
                folder.Dispose();
                folder = inner;
            }
        }

        folder.Dispose();
        LocalErrors.Check(error is Errno.ENOENT or Errno.ENOTDIR ? Errno.None : error, "Making the object's folder");
        return error;
    }

    /// <summary>
    /// Turns every object that stands where a folder is needed into a folder with that object in it. Readers find the object at every
    /// moment: the folder is made elsewhere, with the file linked into it, and then the two are exchanged in one step.
    /// </summary>
    /// <param name="place">What the folders are for. No lock on a key may be held.</param>
    /// <param name="cancellationToken">Stops it between two objects.</param>
    public async Task ConvertAboveAsync(Place place, CancellationToken cancellationToken)
    {
        for (int slash = place.Key.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = place.Key.IndexOf('/', slash + 1))
        {
            Place above = root.Locate(place.Bucket, place.Key[..slash]);
            using (await workspace.Locks.LockKeyAsync(above, cancellationToken).ConfigureAwait(false))
            {
                Convert(above);
            }
        }
    }

    /// <summary>
    /// Removes the folders above a deleted object that are empty now. A put into one of them at this moment either keeps it or makes it
    /// again.
    /// </summary>
    public void Prune(Place place)
    {
        string path = place.Folder;
        while (path.LastIndexOf('/') is > 0 and var slash)
        {
            int error = root.OpenFolder(path[..slash], out SafeFileHandle parent);
            using (parent)
            {
                if (error != Errno.None || Posix.Remove(parent, path[(slash + 1)..]) != Errno.None)
                {
                    return;
                }
            }

            path = path[..slash];
        }
    }

    private int Make(SafeFileHandle folder, string name, out SafeFileHandle inner)
    {
        int error = Posix.MakeFolder(folder, name);
        if (error == Errno.None && durability == Durability.Full)
        {
            error = Posix.Flush(folder);
        }

        inner = new SafeFileHandle();
        return error is Errno.None or Errno.EEXIST ? Contained.Open(folder, name, OpenFlags.Folder, stepwise: false, out inner) : error;
    }

    private void Convert(Place place)
    {
        if (root.OpenFolder(place.Folder, out SafeFileHandle parent) is var error and not Errno.None)
        {
            LocalErrors.Check(error is Errno.ENOENT or Errno.ENOTDIR ? Errno.None : error, "Opening the object's folder");
            return;
        }

        using (parent)
        {
            if (Posix.Stat(parent, place.Name, out FileStatus status) != Errno.None || status.IsFolder)
            {
                return;
            }

            if (!status.IsFile)
            {
                throw LocalErrors.NotAFile();
            }

            string temp = workspace.NewName();
            LocalErrors.Check(Posix.MakeFolder(workspace.Folder, temp), "Making a folder");
            LocalErrors.Check(Posix.Open(workspace.Folder, temp, OpenFlags.Folder, out SafeFileHandle folder), "Opening a folder");
            using (folder)
            {
                Convert(parent, place.Name, folder, temp);
            }
        }
    }

    /// <param name="parent">Where the object is.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="temp">Its name among the temporary files.</param>
    private void Convert(SafeFileHandle parent, string name, SafeFileHandle folder, string temp)
    {
        int error = Posix.Link(parent, name, folder, LocalNames.Self);
        error = error == Errno.None && durability == Durability.Full ? Posix.Flush(folder) : error;
        error = error == Errno.None ? Posix.Exchange(workspace.Folder, temp, parent, name) : error;
        if (error != Errno.None)
        {
            _ = Posix.Unlink(folder, LocalNames.Self);
            _ = Posix.Remove(workspace.Folder, temp);
            LocalErrors.Check(error == Errno.ENOENT ? Errno.None : error, "Turning an object into a folder");
            return;
        }

        // What was exchanged out is the file that was linked, and moving a file onto itself does nothing: the link is removed. But if
        // another program put a new file there in between, it is that one, and takes its place in the folder.
        _ = Posix.Rename(workspace.Folder, temp, folder, LocalNames.Self);
        _ = Posix.Unlink(workspace.Folder, temp);
        LocalErrors.Check(durability == Durability.Full ? Posix.Flush(parent) : Errno.None, "Flushing a folder");
    }
}
