using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.Commit;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Records;
using BleepStore.Storage.Local.Uploads;

namespace BleepStore.Storage.Local;

/// <summary>Completes a multipart upload.</summary>
/// <param name="writer">The root, opened for writes.</param>
/// <param name="request">The upload and the parts.</param>
/// <param name="flushes">Whether the bytes are flushed to the disk.</param>
internal sealed class LocalCompletion(LocalWriter writer, CompleteUploadRequest request, bool flushes)
{
    /// <summary>
    /// Assembles the parts in a temporary file, without a lock. Then acquires the lock of the upload, verifies that the upload and its
    /// parts are unchanged, and commits.
    /// </summary>
    public async Task<ObjectProperties> RunAsync(CancellationToken cancellationToken)
    {
        // The file is made first, because a write that waits for its turn must hold no file open.
        using TempFile temp = await TempFile.MakeAsync(writer.Workspace, cancellationToken).ConfigureAwait(false);
        using UploadFolder upload = writer.Uploads.Open(request.Bucket, request.Key, request.UploadId);
        CompletedParts parts = Choose(upload);
        Place place = writer.Root.Locate(request.Bucket, request.Key);
        RequireLikely(place);
        bool areHashed = Join(upload, parts, temp, cancellationToken);
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
            Choose(now);
            const string action = "Moving the assembled object to the upload";
            DiskError error = await HeldFile.MoveAsync(() => now.Stage(temp), action, cancellationToken).ConfigureAwait(false);
            writer.Uploads.CheckMove(error, request.Bucket, request.Key, request.UploadId, action);
            properties = await writer.Commits.RunAsync(temp, made, request.Condition, cancellationToken).ConfigureAwait(false);
            taken = EndUpload();
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
    private CompletedParts Choose(UploadFolder upload)
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
    private void RequireLikely(Place place)
    {
        if (!request.Condition.IsNone)
        {
            using ObjectFile? current = writer.Session.Files.TryOpen(place);
            if (current is not { IsInDoubt: true })
            {
                request.Condition.ThrowIfNotMet(current?.Properties);
            }
        }
    }

    /// <returns>Whether the ETag of every part is the MD5 of its bytes.</returns>
    private bool Join(UploadFolder upload, CompletedParts parts, TempFile temp, CancellationToken cancellationToken)
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
                    Choose(upload);
                    throw LocalErrors.NoSuchUpload();
                }

                FileCopy.Run(file, 0, temp.Handle, offset, part.Size, flushes, cancellationToken);
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
    private string? EndUpload()
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
