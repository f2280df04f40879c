using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Commit;

/// <summary>Makes and removes the folders that keys need.</summary>
internal sealed class Folders(LocalRoot root, Durability durability)
{
    /// <summary>Makes the folders above an object, and flushes each that got a new entry before anything is put into it.</summary>
    /// <returns>
    /// <see cref="DiskError.NotFound"/> when a folder was pruned meanwhile. The caller makes the folders again.
    /// <see cref="DiskError.NotAFolder"/> when an object stands in the place of a folder.
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
    /// Removes the folders above a deleted object that are empty now. A put into such a folder at this moment either keeps the folder or
    /// makes the folder again.
    /// </summary>
    public void Prune(Place place)
    {
        string path = place.Folder;
        while (path.LastIndexOf('/') is > 0 and var slash)
        {
            DiskError error = root.OpenFolder(path[..slash], out DiskFolder parent);
            using (parent)
            {
                if (error != DiskError.None || !TryRemove(parent, path[(slash + 1)..]))
                {
                    return;
                }
            }

            path = path[..slash];
        }
    }

    /// <summary>Removes a folder that is empty, or holds only the remains of an interrupted conversion.</summary>
    private bool TryRemove(DiskFolder parent, string name)
    {
        DiskError error = parent.RemoveFolder(name);
        if (error is DiskError.NotEmpty or DiskError.Exists
            && root.IsPortable
            && !name.StartsWith(LocalNames.Moving, StringComparison.Ordinal)
            && parent.OpenFolder(name, out DiskFolder folder) == DiskError.None)
        {
            using (folder)
            {
                if (FolderTree.Entries(folder) is [{ Name: LocalNames.Moving }])
                {
                    _ = folder.RemoveFile(LocalNames.Moving);
                    error = parent.RemoveFolder(name);
                }
            }
        }

        return error == DiskError.None;
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
}
