using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>Opens objects for reading.</summary>
internal sealed class ObjectFiles(LocalRoot root, Records records)
{
    /// <summary>Opens an object that is to be there.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchKey"/> or <see cref="StorageErrorCode.NoSuchBucket"/>.</exception>
    public ObjectFile Open(Place place)
    {
        if (TryOpen(place) is { } found)
        {
            return found;
        }

        root.RequireBucket(place.Bucket);
        throw LocalErrors.NoSuchKey();
    }

    /// <summary>Opens an object.</summary>
    /// <returns>The object, or <see langword="null"/> if there is none, or no bucket.</returns>
    public ObjectFile? TryOpen(Place place)
    {
        ObjectFile? found = TryOpen(place, place.Path, out bool isFolder);

        // The name became a folder's in one step, with the object in it: there is no moment without it.
        return isFolder ? TryOpen(place, place.SelfPath, out _) : found;
    }

    private ObjectFile? TryOpen(Place place, string path, out bool isFolder)
    {
        isFolder = false;
        int error = root.Open(path, OpenFlags.Read, out SafeFileHandle handle);
        switch (error)
        {
            case Errno.None:
                return Read(place, handle, out isFolder);
            case Errno.ENOENT or Errno.ENOTDIR:
                return null;
            case Errno.ENXIO:
                throw LocalErrors.NotAFile();
            default:
                throw LocalErrors.From(error, "Opening the object");
        }
    }

    private ObjectFile? Read(Place place, SafeFileHandle opened, out bool isFolder)
    {
        SafeFileHandle? handle = opened;
        try
        {
            LocalErrors.Check(Posix.Stat(handle, out FileStatus status), "Reading the object's properties");
            isFolder = status.IsFolder;
            if (status.IsFile)
            {
                var found = new ObjectFile(place, handle, status, records.Read(place, handle, status));
                handle = null;
                return found;
            }

            return isFolder ? null : throw LocalErrors.NotAFile();
        }
        finally
        {
            handle?.Dispose();
        }
    }
}
