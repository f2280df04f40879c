using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.Files;
using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

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
        int error = Posix.MakeFolder(writer.Root.Handle, bucket);
        if (error == Errno.EEXIST && !writer.Root.BucketExists(bucket))
        {
            throw LocalErrors.NotABucket(bucket);
        }

        if (error == Errno.EEXIST)
        {
            throw new StorageException(StorageErrorCode.BucketAlreadyExists, $"There is a bucket '{bucket}' already.") { ProviderCode = "EEXIST" };
        }

        LocalErrors.Check(error, "Making the bucket's folder");
        LocalErrors.Check(Flushes ? Posix.Flush(writer.Root.Handle) : Errno.None, "Flushing the root folder");
    }

    private void DeleteBucket(LocalWriter writer, string bucket)
    {
        writer.Root.RequireBucket(bucket);

        // First a look, so that a bucket that is not empty keeps its empty folders too; then only what is empty is removed, whatever is put
        // there meanwhile.
        if (!RemoveFolders(writer.Root, bucket, remove: false) || !RemoveFolders(writer.Root, bucket, remove: true))
        {
            throw new StorageException(StorageErrorCode.BucketNotEmpty, $"The bucket '{bucket}' holds objects, or files of others that are none. Delete them first.")
            {
                ProviderCode = "ENOTEMPTY",
            };
        }

        LocalErrors.Check(Flushes ? Posix.Flush(writer.Root.Handle) : Errno.None, "Flushing the root folder");
        writer.Uploads.Drop(bucket);
    }

    /// <summary>
    /// Looks whether a folder holds nothing but folders of which the same is true, and removes them all. Folders deeper than keys need are
    /// somebody else's. No folder is held open while another is looked at.
    /// </summary>
    private static bool RemoveFolders(LocalRoot root, string path, bool remove, int depth = 0)
    {
        int error = root.OpenFolder(path, out SafeFileHandle folder);
        List<FolderEntry> entries;
        using (folder)
        {
            if (error == Errno.ENOENT)
            {
                return true;
            }

            if (error is Errno.ENOTDIR or Errno.ELOOP)
            {
                // A file or a link by now.
                return false;
            }

            LocalErrors.Check(error, "Opening a folder");
            entries = FolderReader.ReadWhatIsThere(folder);
        }

        foreach (FolderEntry entry in entries)
        {
            if (entry.Kind != EntryKind.Folder || entry.Name is null || depth == LocalNames.MostFolders
                || !RemoveFolders(root, $"{path}/{entry.Name}", remove, depth + 1))
            {
                return false;
            }
        }

        return !remove || RemoveFolder(root, path);
    }

    private static bool RemoveFolder(LocalRoot root, string path)
    {
        SafeFileHandle? above = null;
        try
        {
            int slash = path.LastIndexOf('/');
            int error = slash < 0 ? Errno.None : root.OpenFolder(path[..slash], out above);
            error = error == Errno.None ? Posix.Remove(above ?? root.Handle, path[(slash + 1)..]) : error;
            if (error is Errno.ENOTEMPTY or Errno.EEXIST or Errno.ENOTDIR)
            {
                return false;
            }

            LocalErrors.Check(error == Errno.ENOENT ? Errno.None : error, "Removing a folder");
            return true;
        }
        finally
        {
            above?.Dispose();
        }
    }

    private static ListBucketsResult ListBuckets(LocalSession session, ListBucketsRequest request)
    {
        LocalErrors.Check(Posix.Open(session.Root.Handle, ".", OpenFlags.Folder, out SafeFileHandle folder), "Opening the root folder");
        var entries = new List<FolderEntry>();
        using (folder)
        {
            LocalErrors.Check(FolderReader.Read(folder, entries), "Reading the root folder");
        }

        ListBucketsResult page = Paging.Page(request, entries
            .Where(static entry => entry.Kind == EntryKind.Folder && entry.Name is not null && BucketNaming.IsValid(entry.Name))
            .Select(static entry => new BucketInfo { Name = entry.Name!, CreatedAt = default }));
        var buckets = new List<BucketInfo>();
        foreach (BucketInfo bucket in page.Buckets)
        {
            if (Posix.Stat(session.Root.Handle, bucket.Name, out FileStatus status) == Errno.None)
            {
                buckets.Add(bucket with { CreatedAt = status.CreatedAt });
            }
        }

        return page with { Buckets = buckets };
    }
}
