using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Commit;

/// <summary>Makes and removes the folders that keys need.</summary>
internal sealed class Folders(LocalRoot root, Workspace workspace, Durability durability)
{
    /// <summary>Makes the folders above an object, and flushes each that got a new entry before anything is put into it.</summary>
    /// <returns>
    /// <see cref="DiskError.NotFound"/>: a folder was pruned meanwhile, make them again. <see cref="DiskError.NotAFolder"/>: an object
    /// stands where a folder is needed.
    /// </returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchBucket"/>, or the system refuses.</exception>
    public DiskError Make(Place place)
    {
        root.RequireBucket(place.Bucket);
        DiskError error = root.OpenFolder(place.Bucket, out DiskFolder folder);
        foreach (string name in place.Folder.Split('/').Skip(1))
        {
            error = error == DiskError.None ? Make(folder, name) : error;
            if (error == DiskError.None)
            {
                error = folder.OpenFolderBelow(name, out DiskFolder inner);
                folder.Dispose();
                folder = inner;
            }
        }

        folder.Dispose();
        LocalErrors.Check(error is DiskError.NotFound or DiskError.NotAFolder ? DiskError.None : error, "Making the object's folder");
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
            DiskError error = root.OpenFolder(path[..slash], out DiskFolder parent);
            using (parent)
            {
                if (error != DiskError.None || parent.RemoveFolder(path[(slash + 1)..]) != DiskError.None)
                {
                    return;
                }
            }

            path = path[..slash];
        }
    }

    private DiskError Make(DiskFolder folder, string name)
    {
        DiskError error = folder.MakeFolder(name);
        if (error == DiskError.None && durability == Durability.Full)
        {
            error = folder.Flush();
        }

        return error == DiskError.Exists ? DiskError.None : error;
    }

    private void Convert(Place place)
    {
        if (root.OpenFolder(place.Folder, out DiskFolder parent) is var error and not DiskError.None)
        {
            LocalErrors.Check(error is DiskError.NotFound or DiskError.NotAFolder ? DiskError.None : error, "Opening the object's folder");
            return;
        }

        using (parent)
        {
            if (parent.Stat(place.Name, out FileStatus status) != DiskError.None || status.IsFolder)
            {
                return;
            }

            if (!status.IsFile)
            {
                throw LocalErrors.NotAFile();
            }

            string temp = workspace.NewName();
            LocalErrors.Check(workspace.Folder.MakeFolder(temp), "Making a folder");
            LocalErrors.Check(workspace.Folder.OpenFolder(temp, out DiskFolder folder), "Opening a folder");
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
    private void Convert(DiskFolder parent, string name, DiskFolder folder, string temp)
    {
        DiskError error = parent.Link(name, folder, LocalNames.Self);
        error = error == DiskError.None && durability == Durability.Full ? folder.Flush() : error;
        error = error == DiskError.None ? workspace.Folder.Exchange(temp, parent, name) : error;
        if (error != DiskError.None)
        {
            _ = folder.RemoveFile(LocalNames.Self);
            _ = workspace.Folder.RemoveFolder(temp);
            LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Turning an object into a folder");
            return;
        }

        // What was exchanged out is the file that was linked, and moving a file onto itself does nothing: the link is removed. But if
        // another program put a new file there in between, it is that one, and takes its place in the folder.
        _ = workspace.Folder.Move(temp, folder, LocalNames.Self);
        _ = workspace.Folder.RemoveFile(temp);
        LocalErrors.Check(durability == Durability.Full ? parent.Flush() : DiskError.None, "Flushing a folder");
    }
}
