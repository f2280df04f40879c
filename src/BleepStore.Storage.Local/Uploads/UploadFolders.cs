using System.Buffers;
using BleepStore.Storage.Local.Commit;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Records;

namespace BleepStore.Storage.Local.Uploads;

/// <summary>The unfinished uploads in <c>.bleepstore/uploads/{bucket}/{upload id}</c>.</summary>
/// <remarks>
/// A file in the folder stands for the future object from the beginning. The assembled object replaces this file, and is then moved to the
/// key. So the rename that publishes the object also ends the upload. An upload that stays after a crash is never completed twice.
/// </remarks>
internal sealed class UploadFolders(LocalRoot root, Workspace workspace, Durability durability)
{
    /// <summary>The file that stands for the future object. An upload without this file was completed.</summary>
    public const string PendingName = "object";

    private const string RecordName = "upload";
    private const int IdLength = 22;

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Makes an upload with its record in one step.</summary>
    public async Task CreateAsync(
        string bucket, string key, string uploadId, ObjectAttributes attributes, CancellationToken cancellationToken)
    {
        root.RequireBucket(bucket);
        string temp = workspace.NewName();
        LocalErrors.Check(workspace.Folder.MakeFolder(temp), "Making the upload");
        DiskFolder? uploads = null;
        try
        {
            // These flushes and the last one run without a lock, so no other operation waits for them.
            WriteRecord(temp, key, attributes);

            // The bucket's lock is held, because an upload must not begin in a bucket that is being deleted.
            using (await workspace.Locks.LockBucketAsync(bucket, cancellationToken).ConfigureAwait(false))
            {
                root.RequireBucket(bucket);
                uploads = await PublishAsync(bucket, temp, uploadId, cancellationToken).ConfigureAwait(false);
            }

            Flush(uploads);
        }
        catch
        {
            if (uploads is null)
            {
                workspace.DeleteLater(temp);
            }
            else
            {
                TryTakeAway(bucket, uploadId);
            }

            throw;
        }
        finally
        {
            uploads?.Dispose();
        }
    }

    /// <summary>Opens an upload.</summary>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchUpload"/> if the upload does not exist or belongs to another key, or if the id is invalid.
    /// </exception>
    public UploadFolder Open(string bucket, string key, string uploadId)
    {
        if (TryOpen(bucket, uploadId) is { } upload)
        {
            if (upload.Key == key)
            {
                return upload;
            }

            upload.Dispose();
        }

        root.RequireBucket(bucket);
        root.RequireItself();
        throw LocalErrors.NoSuchUpload();
    }

    /// <summary>Throws unless a file was moved into an upload.</summary>
    /// <param name="error">The result of the move.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="uploadId">The upload.</param>
    /// <param name="action">The action, for the message.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchBucket"/> or <see cref="StorageErrorCode.NoSuchUpload"/>. The deletion of a bucket acquires no
    /// locks of uploads, so an upload's folder can be removed while it is open.
    /// </exception>
    public void CheckMove(DiskError error, string bucket, string key, string uploadId, string action)
    {
        if (error == DiskError.NotFound)
        {
            Open(bucket, key, uploadId).Dispose();
        }

        LocalErrors.Check(error, action);
    }

    public UploadFolder? TryOpen(string bucket, string uploadId)
    {
        // An id from a caller can be any text. After this check it has no separator and no dot.
        if (uploadId.Length != IdLength || uploadId.AsSpan().ContainsAnyExcept(IdCharacters))
        {
            return null;
        }

        DiskError error = workspace.Uploads.OpenFolderBelow($"{bucket}/{uploadId}", out DiskFolder folder);
        if (error == DiskError.NotFound)
        {
            return null;
        }

        LocalErrors.Check(error, "Opening the upload");
        UploadFolder? upload = null;
        try
        {
            upload = Read(folder, out bool isDamaged);
            if (isDamaged)
            {
                TakeAway(bucket, uploadId);
            }
            else if (upload is not null && folder.Stat(PendingName, out _) == DiskError.NotFound)
            {
                string completed = upload.Key;
                upload = null;
                Settle(bucket, completed, uploadId);
            }

            return upload;
        }
        finally
        {
            if (upload is null)
            {
                folder.Dispose();
            }
        }
    }

    /// <summary>Returns the ids of a bucket's uploads, in no order.</summary>
    public List<string> ReadIds(string bucket)
    {
        var entries = new List<FolderEntry>();
        DiskError error = workspace.Uploads.OpenFolderBelow(bucket, out DiskFolder folder);
        using (folder)
        {
            error = error == DiskError.None ? folder.ReadEntries(entries) : error;
            LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Reading the uploads");
        }

        return [.. entries.Select(static entry => entry.Name).OfType<string>()];
    }

    /// <summary>Moves an upload out of sight. The caller holds the upload's lock.</summary>
    /// <returns>The new name, for the deletion. <see langword="null"/> when the upload does not exist.</returns>
    public string? Take(string bucket, string uploadId)
    {
        DiskError error = TryTake(bucket, uploadId, out string here);
        LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Ending the upload");
        return error == DiskError.None ? here : null;
    }

    /// <summary>
    /// Moves an upload out of sight, and retries for about a second while another program reads in its folder. The caller holds the
    /// upload's lock.
    /// </summary>
    /// <returns>The new name, for the deletion.</returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchUpload"/> if the upload does not exist.</exception>
    public async Task<string> TakeAsync(string bucket, string uploadId, CancellationToken cancellationToken)
    {
        string here = "";
        DiskError error = await HeldFile.MoveAsync(
            () => TryTake(bucket, uploadId, out here), "Ending the upload", cancellationToken).ConfigureAwait(false);
        if (error == DiskError.NotFound)
        {
            throw LocalErrors.NoSuchUpload();
        }

        LocalErrors.Check(error, "Ending the upload");
        return here;
    }

    /// <summary>Ends all uploads of a bucket that does not exist. The caller holds the bucket's lock.</summary>
    /// <returns>Why uploads can still be there. A bucket of the same name would find them.</returns>
    public DiskError Drop(string bucket)
    {
        DiskError error = workspace.Take(workspace.Uploads, bucket, out string here);
        if (error != DiskError.None)
        {
            return error == DiskError.NotFound ? DiskError.None : error;
        }

        workspace.DeleteLater(here);
        return durability == Durability.Full ? workspace.Uploads.Flush() : DiskError.None;
    }

    /// <summary>
    /// Does the remaining steps of a completion that was interrupted, or that is running at this moment. Only completed uploads get here,
    /// and they stay completed. So no lock is needed.
    /// </summary>
    private void Settle(string bucket, string key, string uploadId)
    {
        if (durability == Durability.Full)
        {
            // The upload counts as completed from here on, so the object's name must be on the disk. The name is in the object's folder, or
            // in the folder that has the name.
            Place place = root.Locate(bucket, key);
            FlushFolder(place.Folder);
            FlushFolder(place.Path);
        }

        TakeAway(bucket, uploadId);
    }

    /// <summary>Deletes an upload that nobody can continue, so no lock is needed.</summary>
    private void TakeAway(string bucket, string uploadId)
    {
        if (Take(bucket, uploadId) is { } taken)
        {
            workspace.DeleteLater(taken);
        }
    }

    private void TryTakeAway(string bucket, string uploadId)
    {
        try
        {
            TakeAway(bucket, uploadId);
        }
        catch (StorageException)
        {
            // The caller reports the failure to make the upload. AbortUploadsAsync finds an upload that stays.
        }
    }

    private void FlushFolder(string path)
    {
        DiskError error = root.OpenFolder(path, out DiskFolder folder);
        using (folder)
        {
            error = error == DiskError.None ? folder.Flush() : error;
            LocalErrors.Check(
                error is DiskError.NotFound or DiskError.NotAFolder or DiskError.IsALink ? DiskError.None : error,
                "Flushing the object's folder");
        }
    }

    private DiskError TryTake(string bucket, string uploadId, out string here)
    {
        here = "";
        DiskError error = workspace.Uploads.OpenFolderBelow(bucket, out DiskFolder folder);
        using (folder)
        {
            error = error == DiskError.None ? workspace.Take(folder, uploadId, out here) : error;
            return error == DiskError.None && durability == Durability.Full ? folder.Flush() : error;
        }
    }

    /// <summary>Writes an upload's record. It holds the key, then the record of the future object, which has no bytes yet.</summary>
    private void WriteRecord(string temp, string key, ObjectAttributes attributes)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        PackedCodec.WriteText(bytes, key);
        bytes.Write(RecordCodec.Encode(new ObjectRecord { Size = 0, Modified = 0, WriteId = "", ETag = "", Attributes = attributes }));
        LocalErrors.Check(workspace.Folder.OpenFolder(temp, out DiskFolder folder), "Making the upload");
        using (folder)
        {
            LocalErrors.Check(folder.MakeFile(RecordName, out DiskFile file), "Making the upload's record");
            using (file)
            {
                LocalErrors.Check(file.Write(bytes.WrittenSpan, 0), "Writing the upload's record");
                Flush(file);
            }

            LocalErrors.Check(folder.MakeFile(PendingName, out DiskFile pending), "Making the upload");
            pending.Dispose();
            Flush(folder);
        }
    }

    /// <summary>Moves an upload into its place.</summary>
    /// <returns>The folder of the bucket's uploads, which the caller must flush.</returns>
    private async Task<DiskFolder> PublishAsync(string bucket, string temp, string uploadId, CancellationToken cancellationToken)
    {
        DiskError error = workspace.Uploads.MakeFolder(bucket);
        LocalErrors.Check(error == DiskError.Exists ? DiskError.None : error, "Making the folder of uploads");
        if (error == DiskError.None)
        {
            Flush(workspace.Uploads);
        }

        LocalErrors.Check(workspace.Uploads.OpenFolder(bucket, out DiskFolder uploads), "Opening the folder of uploads");
        try
        {
            error = await HeldFile.MoveAsync(
                () => workspace.Folder.Move(temp, uploads, uploadId), "Making the upload", cancellationToken).ConfigureAwait(false);
            LocalErrors.Check(error, "Making the upload");
            return uploads;
        }
        catch
        {
            uploads.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads an upload's record. The record was complete before the upload became visible, and is never written again. So a record that a
    /// loss of power has emptied or truncated stays damaged.
    /// </summary>
    private static UploadFolder? Read(DiskFolder folder, out bool isDamaged)
    {
        isDamaged = false;
        DiskError error = folder.OpenFile(RecordName, out DiskFile file);
        using (file)
        {
            if (error == DiskError.NotFound)
            {
                // The upload is being deleted.
                return null;
            }

            LocalErrors.Check(error, "Opening the upload's record");
            LocalErrors.Check(file.Stat(out FileStatus status), "Reading the upload's record");
            byte[] buffer = new byte[(int)Math.Min(status.Size, 1024 * 1024)];
            LocalErrors.Check(file.Read(buffer, 0, out int count), "Reading the upload's record");
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, count);
            try
            {
                // A key has at least one character. A record of zeros has no key.
                if (PackedCodec.ReadText(ref bytes) is { Length: > 0 } key && RecordCodec.TryDecode(bytes) is { } record)
                {
                    return new UploadFolder(folder, key, record.Attributes, status.LastModified);
                }
            }
            catch (ArgumentOutOfRangeException)
            {
                // The record is truncated, because a slice went past the end.
            }

            isDamaged = true;
            return null;
        }
    }

    private void Flush(DiskHandle file) =>
        LocalErrors.Check(durability == Durability.Full ? file.Flush() : DiskError.None, "Flushing the upload");
}
