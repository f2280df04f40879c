using BleepStore.Storage.Backends;
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
        var folders = new BucketFolders(session.Root, Flushes);
        return await DiskWork.RunAsync(() => folders.List(request), cancellationToken).ConfigureAwait(false);
    }

    private void CreateBucket(LocalWriter writer, string bucket)
    {
        var folders = new BucketFolders(writer.Root, Flushes);
        folders.RequirePossible(bucket);

        // A crash in the middle of a deletion leaves the uploads of the deleted bucket.
        LocalErrors.Check(
            folders.IsTaken(bucket) ? DiskError.None : writer.Uploads.Drop(bucket),
            "Removing the uploads of an earlier bucket of the same name");
        folders.Make(bucket);
    }

    private void DeleteBucket(LocalWriter writer, string bucket)
    {
        new BucketFolders(writer.Root, Flushes).Remove(bucket);

        // The bucket is deleted already. Uploads that stay are dropped when a bucket of the same name is made.
        _ = writer.Uploads.Drop(bucket);
    }
}
