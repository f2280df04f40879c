using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.Commit;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Records;
using BleepStore.Storage.Local.Uploads;

namespace BleepStore.Storage.Local;

internal sealed partial class LocalBackend
{
    public override async Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        await DiskWork.RunAsync(
            () => writer.Uploads.CreateAsync(request.Bucket, request.Key, request.WriteToken, request.Attributes, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return request.WriteToken;
    }

    public override async Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        writer.Uploads.Open(request.Bucket, request.Key, request.UploadId).Dispose();
        using TempFile temp = await TempFile.MakeAsync(writer.Workspace, cancellationToken).ConfigureAwait(false);
        await ReceiveAsync(request.Body, temp, cancellationToken).ConfigureAwait(false);
        PartInfo part = PartFile.Seal(temp.Handle, request.PartNumber, request.Body.ETag);
        var target = new AbortUploadRequest { Bucket = request.Bucket, Key = request.Key, UploadId = request.UploadId };
        await DiskWork.RunAsync(() => PlacePartAsync(writer, temp, target, request.PartNumber, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return part;
    }

    public override async Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        return await DiskWork.RunAsync(() => CopyPartAsync(writer, request, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public override async Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        return await DiskWork.RunAsync(() => ListParts(writer, request), cancellationToken).ConfigureAwait(false);
    }

    public override async Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        return await DiskWork.RunAsync(
            () => new LocalCompletion(writer, request, Flushes).RunAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public override async Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        await DiskWork.RunAsync(() => AbortAsync(writer, request, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public override async Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        return await DiskWork.RunAsync(() => ListUploads(writer, request), cancellationToken).ConfigureAwait(false);
    }

    private async Task<PartInfo> CopyPartAsync(LocalWriter writer, CopyPartRequest request, CancellationToken cancellationToken)
    {
        writer.Uploads.Open(request.Bucket, request.Key, request.UploadId).Dispose();
        // The file is made first, because a write that waits for its turn must hold no file open.
        using TempFile temp = await TempFile.MakeAsync(writer.Workspace, cancellationToken).ConfigureAwait(false);
        using ObjectFile source = await OpenSourceAsync(writer, request.Source, request.SourceProperties, cancellationToken)
            .ConfigureAwait(false);
        FileCopy.Run(source.Handle, request.Range.Offset, temp.Handle, 0, request.Range.Length, Flushes, cancellationToken);
        FileVersion.Of(source.Status).RequireStill(source.Handle);
        PartInfo part = PartFile.Seal(
            temp.Handle, request.PartNumber, ETags.OfCopiedPart(source.Properties, request.Range), isCopied: true);
        var target = new AbortUploadRequest { Bucket = request.Bucket, Key = request.Key, UploadId = request.UploadId };
        await PlacePartAsync(writer, temp, target, request.PartNumber, cancellationToken).ConfigureAwait(false);
        return part;
    }

    /// <summary>
    /// Moves a part into its place and replaces an earlier part of its number. The lock of the upload is held, so a completion either sees
    /// the part or ends the upload before it.
    /// </summary>
    private async Task PlacePartAsync(
        LocalWriter writer, TempFile temp, AbortUploadRequest target, int partNumber, CancellationToken cancellationToken)
    {
        LocalErrors.Check(Flushes ? temp.Handle.Flush() : DiskError.None, "Flushing the part");
        using (await writer.Workspace.Locks.LockUploadAsync(target.UploadId, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using UploadFolder upload = writer.Uploads.Open(target.Bucket, target.Key, target.UploadId);
            const string action = "Moving the part into its place";
            DiskError error = await HeldFile.MoveAsync(
                () => temp.MoveTo(upload.Handle, PartFile.NameOf(partNumber)), action, cancellationToken).ConfigureAwait(false);
            writer.Uploads.CheckMove(error, target.Bucket, target.Key, target.UploadId, action);
            LocalErrors.Check(Flushes ? upload.Handle.Flush() : DiskError.None, "Flushing the upload");
        }
    }

    private static ListPartsResult ListParts(LocalWriter writer, ListPartsRequest request)
    {
        using UploadFolder upload = writer.Uploads.Open(request.Bucket, request.Key, request.UploadId);
        List<PartInfo> parts = upload.ReadParts(request.StartAfter, request.PageSize + 1);

        // An upload that ended meanwhile has lost some or all of its parts.
        writer.Uploads.Open(request.Bucket, request.Key, request.UploadId).Dispose();
        return Paging.Page(request, parts);
    }

    private static async Task AbortAsync(LocalWriter writer, AbortUploadRequest request, CancellationToken cancellationToken)
    {
        string? taken;
        using (await writer.Workspace.Locks.LockUploadAsync(request.UploadId, cancellationToken).ConfigureAwait(false))
        {
            writer.Uploads.Open(request.Bucket, request.Key, request.UploadId).Dispose();
            taken = await writer.Uploads.TakeAsync(request.Bucket, request.UploadId, cancellationToken).ConfigureAwait(false);
        }

        writer.Workspace.DeleteLater(taken);
    }

    private static ListUploadsResult ListUploads(LocalWriter writer, ListUploadsRequest request)
    {
        writer.Root.RequireBucket(request.Bucket);
        var uploads = new List<MultipartUploadInfo>();
        foreach (string id in writer.Uploads.ReadIds(request.Bucket))
        {
            using UploadFolder? upload = writer.Uploads.TryOpen(request.Bucket, id);
            if (upload is not null)
            {
                uploads.Add(new MultipartUploadInfo { Key = upload.Key, UploadId = id, InitiatedAt = upload.InitiatedAt });
            }
        }

        // The times of the files are those of the machine's clock, too.
        return Paging.Page(request, uploads, TimeProvider.System.GetUtcNow());
    }
}
