using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local;

internal sealed partial class LocalBackend
{
    public override async Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        using (await writer.Workspace.Locks.LockBucketAsync(request.Bucket, cancellationToken).ConfigureAwait(false))
        {
            await DiskWork.RunAsync(() => CreateBucket(writer, request.Bucket), cancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        using (await writer.Workspace.Locks.LockBucketAsync(request.Bucket, cancellationToken).ConfigureAwait(false))
        {
            await DiskWork.RunAsync(() => DeleteBucket(writer, request.Bucket), cancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken)
    {
        LocalSession session = await StartAsync(cancellationToken).ConfigureAwait(false);
        return session.Root.BucketExists(request.Bucket);
    }

    public override async Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        LocalSession session = await StartAsync(cancellationToken).ConfigureAwait(false);
        return await DiskWork.RunAsync(() => ListBuckets(session, request), cancellationToken).ConfigureAwait(false);
    }

    private void CreateBucket(LocalWriter writer, string bucket)
    {
        if (writer.Root.IsPortable && PortableNames.IsDevice(bucket))
        {
            throw new StorageException(
                StorageErrorCode.InvalidBucketName,
                $"Windows has a device of the name '{bucket}', so no folder can have it. Choose another name.");
        }

        // A crash in the middle of a deletion leaves the uploads of the deleted bucket.
        DiskError error = writer.Root.Handle.Stat(bucket, out _);
        LocalErrors.Check(
            error == DiskError.NotFound ? writer.Uploads.Drop(bucket) : DiskError.None,
            "Removing the uploads of an earlier bucket of the same name");

        error = writer.Root.Handle.MakeFolder(bucket);
        if (error == DiskError.Exists && !writer.Root.BucketExists(bucket))
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
        LocalErrors.Check(Flushes ? writer.Root.Handle.Flush() : DiskError.None, "Flushing the root folder");
    }

    private void DeleteBucket(LocalWriter writer, string bucket)
    {
        writer.Root.RequireBucket(bucket);

        // The first pass only looks, because a bucket that is not empty must keep its empty folders too. The second pass removes only empty
        // folders, so objects that are put there meanwhile stay.
        if (!RemoveFolders(writer.Root, bucket, remove: false) || !RemoveFolders(writer.Root, bucket, remove: true))
        {
            throw new StorageException(
                StorageErrorCode.BucketNotEmpty,
                $"The bucket '{bucket}' holds objects, or files of other programs that are no objects. Delete them first.")
            {
                ProviderCode = "ENOTEMPTY",
            };
        }

        LocalErrors.Check(Flushes ? writer.Root.Handle.Flush() : DiskError.None, "Flushing the root folder");

        // The bucket is deleted already. Uploads that stay are dropped when a bucket of the same name is made.
        _ = writer.Uploads.Drop(bucket);
    }

    /// <summary>
    /// Checks whether a folder holds nothing but empty folders, at every depth, and removes them all. Folders deeper than keys need belong
    /// to other programs. No folder is held open while another is checked.
    /// </summary>
    private static bool RemoveFolders(LocalRoot root, string path, bool remove, int depth = 0)
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
                || !RemoveFolders(root, $"{path}/{entry.Name}", remove, depth + 1))
            {
                return false;
            }
        }

        if (remove && hasRest)
        {
            RemoveRest(root, path);
        }

        return !remove || RemoveFolder(root, path);
    }

    /// <summary>Removes the remains of an interrupted conversion of an object into a folder.</summary>
    private static void RemoveRest(LocalRoot root, string path)
    {
        DiskError error = root.OpenFolder(path, out DiskFolder folder);
        using (folder)
        {
            _ = error == DiskError.None ? folder.RemoveFile(LocalNames.Moving) : error;
        }
    }

    private static bool RemoveFolder(LocalRoot root, string path)
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

    private static ListBucketsResult ListBuckets(LocalSession session, ListBucketsRequest request)
    {
        LocalErrors.Check(session.Root.Handle.Reopen(out DiskFolder folder), "Opening the root folder");
        var entries = new List<FolderEntry>();
        using (folder)
        {
            LocalErrors.Check(folder.ReadEntries(entries), "Reading the root folder");
            session.Root.RequireItself();
        }

        ListBucketsResult page = Paging.Page(request, entries
            .Where(static entry => entry.Kind == EntryKind.Folder && entry.Name is not null && BucketNaming.IsValid(entry.Name))
            .Where(entry => !session.Root.IsPortable || !PortableNames.IsDevice(entry.Name))
            .Select(static entry => new BucketInfo { Name = entry.Name!, CreatedAt = default }));
        var buckets = new List<BucketInfo>();
        foreach (BucketInfo bucket in page.Buckets)
        {
            DiskError error = session.Root.Handle.Stat(bucket.Name, out FileStatus status);
            LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Reading the properties of a bucket");
            if (error == DiskError.None)
            {
                buckets.Add(bucket with { CreatedAt = status.CreatedAt });
            }
        }

        return page with { Buckets = buckets };
    }
}
