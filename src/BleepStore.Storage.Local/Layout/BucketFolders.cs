using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Layout;

/// <summary>Makes, removes and lists the folders of buckets. The caller holds the lock of the bucket.</summary>
/// <param name="root">The root.</param>
/// <param name="flushes">Whether the root folder is flushed after a change.</param>
internal sealed class BucketFolders(LocalRoot root, bool flushes)
{
    /// <summary>Whether anything has the name of a bucket, also a file.</summary>
    public bool IsTaken(string bucket) => root.Handle.Stat(bucket, out _) != DiskError.NotFound;

    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InvalidBucketName"/> where Windows has a device of the name.
    /// </exception>
    public void RequirePossible(string bucket)
    {
        if (root.IsPortable && PortableNames.IsDevice(bucket))
        {
            throw new StorageException(
                StorageErrorCode.InvalidBucketName,
                $"Windows has a device of the name '{bucket}', so no folder can have it. Choose another name.");
        }
    }

    /// <exception cref="StorageException"><see cref="StorageErrorCode.BucketAlreadyExists"/>.</exception>
    public void Make(string bucket)
    {
        DiskError error = root.Handle.MakeFolder(bucket);
        if (error == DiskError.Exists && !root.BucketExists(bucket))
        {
            throw LocalErrors.NotABucket(bucket);
        }

        if (error == DiskError.Exists)
        {
            throw new StorageException(StorageErrorCode.BucketAlreadyExists, $"The bucket '{bucket}' already exists.")
            {
                ProviderCode = "EEXIST",
            };
        }

        LocalErrors.Check(error, "Making the bucket's folder");
        Flush();
    }

    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchBucket"/> or <see cref="StorageErrorCode.BucketNotEmpty"/>.
    /// </exception>
    public void Remove(string bucket)
    {
        root.RequireBucket(bucket);

        // The first pass only looks, because a bucket that is not empty must keep its empty folders too. The second pass removes only empty
        // folders, so objects that are put there meanwhile stay.
        if (!RemoveFolders(bucket, remove: false) || !RemoveFolders(bucket, remove: true))
        {
            throw new StorageException(
                StorageErrorCode.BucketNotEmpty,
                $"The bucket '{bucket}' holds objects, or files of other programs that are no objects. Delete them first.")
            {
                ProviderCode = "ENOTEMPTY",
            };
        }

        Flush();
    }

    public ListBucketsResult List(ListBucketsRequest request)
    {
        LocalErrors.Check(root.Handle.Reopen(out DiskFolder folder), "Opening the root folder");
        var entries = new List<FolderEntry>();
        using (folder)
        {
            LocalErrors.Check(folder.ReadEntries(entries), "Reading the root folder");
            root.RequireItself();
        }

        ListBucketsResult page = Paging.Page(request, entries
            .Where(static entry => entry.Kind == EntryKind.Folder && entry.Name is not null && BucketNaming.IsValid(entry.Name))
            .Where(entry => !root.IsPortable || !PortableNames.IsDevice(entry.Name))
            .Select(static entry => new BucketInfo { Name = entry.Name!, CreatedAt = default }));
        var buckets = new List<BucketInfo>();
        foreach (BucketInfo bucket in page.Buckets)
        {
            DiskError error = root.Handle.Stat(bucket.Name, out FileStatus status);
            LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Reading the properties of a bucket");
            if (error == DiskError.None)
            {
                buckets.Add(bucket with { CreatedAt = status.CreatedAt });
            }
        }

        return page with { Buckets = buckets };
    }

    private void Flush() => LocalErrors.Check(flushes ? root.Handle.Flush() : DiskError.None, "Flushing the root folder");

    /// <summary>
    /// Checks whether a folder holds nothing but empty folders, at every depth, and removes them all. Folders deeper than keys need belong
    /// to other programs. No folder is held open while another is checked.
    /// </summary>
    private bool RemoveFolders(string path, bool remove, int depth = 0)
    {
        DiskError error = root.OpenFolder(path, out DiskFolder folder);
        List<FolderEntry> entries;
        using (folder)
        {
            if (error == DiskError.NotFound)
            {
                return true;
            }

            if (error is DiskError.NotAFolder or DiskError.IsALink)
            {
                // The name belongs to a file or a link by now.
                return false;
            }

            LocalErrors.Check(error, "Opening a folder");
            entries = folder.ReadWhatIsThere();
        }

        bool hasRest = root.IsPortable
            && entries.RemoveAll(static entry => entry is { Kind: EntryKind.File, Name: LocalNames.Moving }) > 0
            && depth > 0;
        foreach (FolderEntry entry in entries)
        {
            if (entry.Kind != EntryKind.Folder || entry.Name is null || depth == LocalNames.MostFolders
                || !RemoveFolders($"{path}/{entry.Name}", remove, depth + 1))
            {
                return false;
            }
        }

        if (remove && hasRest)
        {
            RemoveRest(path);
        }

        return !remove || RemoveFolder(path);
    }

    /// <summary>Removes the remains of an interrupted conversion of an object into a folder.</summary>
    private void RemoveRest(string path)
    {
        DiskError error = root.OpenFolder(path, out DiskFolder folder);
        using (folder)
        {
            _ = error == DiskError.None ? folder.RemoveFile(LocalNames.Moving) : error;
        }
    }

    private bool RemoveFolder(string path)
    {
        DiskFolder? above = null;
        try
        {
            int slash = path.LastIndexOf('/');
            DiskError error = slash < 0 ? DiskError.None : root.OpenFolder(path[..slash], out above);
            error = error == DiskError.None ? (above ?? root.Handle).RemoveFolder(path[(slash + 1)..]) : error;
            if (error is DiskError.NotEmpty or DiskError.Exists or DiskError.NotAFolder)
            {
                return false;
            }

            LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Removing a folder");
            return true;
        }
        finally
        {
            above?.Dispose();
        }
    }
}
