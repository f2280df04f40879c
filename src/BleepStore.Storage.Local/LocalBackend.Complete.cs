using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.Commit;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Records;
using BleepStore.Storage.Local.Uploads;

namespace BleepStore.Storage.Local;

internal sealed partial class LocalBackend
{
    public override async Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        return await DiskWork.RunAsync(() => CompleteAsync(writer, request, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Assembles the parts in a temporary file, without a lock. Then acquires the lock of the upload, verifies that the upload and its
    /// parts are unchanged, and commits.
    /// </summary>
    private async Task<ObjectProperties> CompleteAsync(
        LocalWriter writer, CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        // The file is made first, because a write that waits for its turn must hold no file open.
        using TempFile temp = await TempFile.MakeAsync(writer.Workspace, cancellationToken).ConfigureAwait(false);
        using UploadFolder upload = writer.Uploads.Open(request.Bucket, request.Key, request.UploadId);
        CompletedParts parts = Choose(writer, upload, request);
        Place place = writer.Root.Locate(request.Bucket, request.Key);
        RequireLikely(writer, place, request.Condition);
        bool areHashed = Join(writer, upload, parts, request, temp, cancellationToken);
        var made = new NewObject
        {
            Place = place,
            ETag = parts.ETag,
            Parts = areHashed ? PartSizes.Of(parts.Parts.Select(static part => part.Size)) : null,
            Attributes = upload.Attributes,
            WriteToken = request.UploadId,
        };
        string? taken;
        ObjectProperties properties;
        using (await writer.Workspace.Locks.LockUploadAsync(request.UploadId, cancellationToken).ConfigureAwait(false))
        {
            using UploadFolder now = writer.Uploads.Open(request.Bucket, request.Key, request.UploadId);
            Choose(writer, now, request);
            const string action = "Moving the assembled object to the upload";
            DiskError error = await HeldFile.MoveAsync(() => now.Stage(temp), action, cancellationToken).ConfigureAwait(false);
            writer.Uploads.CheckMove(error, request.Bucket, request.Key, request.UploadId, action);
            properties = await writer.Commits.RunAsync(temp, made, request.Condition, cancellationToken).ConfigureAwait(false);
            taken = EndUpload(writer, request);
        }

        if (taken is not null)
        {
            writer.Workspace.DeleteLater(taken);
        }

        return properties;
    }

    /// <summary>
    /// Chooses the parts. An abort, or the deletion of the bucket, removes the parts one by one. So a missing part is an error only while
    /// the upload exists.
    /// </summary>
    private static CompletedParts Choose(LocalWriter writer, UploadFolder upload, CompleteUploadRequest request)
    {
        try
        {
            return CompletedParts.Choose(request, upload.ReadParts().ToDictionary(static part => part.PartNumber));
        }
        catch (StorageException)
        {
            writer.Uploads.Open(request.Bucket, request.Key, request.UploadId).Dispose();
            throw;
        }
    }

    /// <summary>Tests the condition before gigabytes are copied. The test at the commit decides.</summary>
    private static void RequireLikely(LocalWriter writer, Place place, WriteCondition condition)
    {
        if (!condition.IsNone)
        {
            using ObjectFile? current = writer.Session.Files.TryOpen(place);
            if (current is not { IsInDoubt: true })
            {
                condition.ThrowIfNotMet(current?.Properties);
            }
        }
    }

    /// <returns>Whether the ETag of every part is the MD5 of its bytes.</returns>
    private bool Join(
        LocalWriter writer,
        UploadFolder upload,
        CompletedParts parts,
        CompleteUploadRequest request,
        TempFile temp,
        CancellationToken cancellationToken)
    {
        long offset = 0;
        bool areHashed = true;
        foreach (PartInfo chosen in parts.Parts)
        {
            PartInfo? part = PartFile.TryOpen(upload.Handle, chosen.PartNumber, out DiskFile file);
            using (file)
            {
                if (part is null || part.ETag != chosen.ETag)
                {
                    // The part was replaced, or the upload ended, after the part was chosen. The next choice finds out which.
                    Choose(writer, upload, request);
                    throw LocalErrors.NoSuchUpload();
                }

                FileCopy.Run(file, 0, temp.Handle, offset, part.Size, Flushes, cancellationToken);
                offset += part.Size;
                areHashed &= PartFile.IsHashed(file, part);
            }
        }

        return areHashed;
    }

    /// <summary>
    /// Moves the upload out of sight, and returns its new name for the deletion. The commit of the object has ended the upload already.
    /// After a failure, the next operation that finds the remains deletes them.
    /// </summary>
    private static string? EndUpload(LocalWriter writer, CompleteUploadRequest request)
    {
        try
        {
            return writer.Uploads.Take(request.Bucket, request.UploadId);
        }
        catch (StorageException)
        {
            // The object is committed. A failure to tidy up does not change that.
            return null;
        }
    }
}
