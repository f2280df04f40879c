using System.Buffers;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Records;

/// <summary>
/// Writes and removes objects' records. A record that is a file is written and removed in another step than its object, so a crash can
/// separate the two. While a record may belong to no object, the instance's folder has a link to the record. After the instance dies, the
/// links name the records in doubt, and the cleanup checks no other records.
/// </summary>
/// <param name="root">The store's root.</param>
/// <param name="workspace">The instance's folder, and the locks.</param>
/// <param name="files">Opens objects.</param>
/// <param name="durability">Whether record files are flushed.</param>
/// <param name="largestAttribute">
/// The size of the largest record in an attribute, in bytes. Larger records are files. Tests lower the limit.
/// </param>
internal sealed class RecordKeeper(LocalRoot root, Workspace workspace, ObjectFiles files, Durability durability, int largestAttribute)
{
    /// <summary>
    /// Writes the record of a file that is about to become an object. The record is durable at once, or after the flush of the file.
    /// </summary>
    /// <returns>Whether the record is a file. It is then in doubt until <see cref="Trust"/> or <see cref="Forget"/> is called.</returns>
    public ValueTask<bool> WriteAsync(
        Place place, DiskFile file, ulong inode, ObjectRecord record, CancellationToken cancellationToken) =>
        TryWriteAttribute(file, record) ? ValueTask.FromResult(false) : WriteFileAsync(place, inode, record, cancellationToken);

    /// <summary>Marks the record of an object that is about to be replaced or deleted. The caller holds the key's lock.</summary>
    public void Doubt(Place place, ulong inode)
    {
        if (OpenFolder(out DiskFolder folder))
        {
            using (folder)
            {
                // Most objects have no such record. If the link cannot be made, a crash can leave a record that wastes space, and nothing
                // worse.
                string name = RecordReader.NameOf(place, inode);
                _ = folder.Link(name, workspace.Folder, Workspace.DoubtOf(name));
            }
        }
    }

    /// <summary>Removes the mark, because the object exists with its record.</summary>
    public void Trust(Place place, ulong inode) => _ = workspace.Folder.RemoveFile(Workspace.DoubtOf(RecordReader.NameOf(place, inode)));

    /// <summary>Removes the record of an object that was replaced or deleted, or was never committed.</summary>
    public void Forget(Place place, ulong inode)
    {
        if (OpenFolder(out DiskFolder folder))
        {
            using (folder)
            {
                _ = folder.RemoveFile(RecordReader.NameOf(place, inode));
                Trust(place, inode);
            }
        }
    }

    /// <summary>
    /// Writes a new record for the present file, which states whether the bytes of the file agree. Does nothing when the object is no
    /// longer the object that was read.
    /// </summary>
    /// <param name="found">The object as it was read.</param>
    /// <param name="holds">Whether the record is to be believed.</param>
    /// <param name="cancellationToken">Stops the wait for the key's lock.</param>
    public async Task RenewAsync(ObjectFile found, bool holds, CancellationToken cancellationToken)
    {
        using (await workspace.Locks.LockKeyAsync(found.Place, cancellationToken).ConfigureAwait(false))
        {
            using ObjectFile? now = files.TryOpen(found.Place);
            if (now?.Record is { } record
                && now.Status.Inode == found.Status.Inode
                && FileVersion.Of(now.Status) == FileVersion.Of(found.Status)
                && (record.WriteId, record.ETag) == (found.Record!.WriteId, found.Record.ETag))
            {
                await DiskWork.RunAsync(
                    () => Renew(now, record with { File = FileIdentity.Of(now.Status), IsRefuted = !holds }), CancellationToken.None)
                    .ConfigureAwait(false);
            }
        }
    }

    private void Renew(ObjectFile file, ObjectRecord record)
    {
        if (TryWriteAttribute(file.Handle, record))
        {
            LocalErrors.Check(durability == Durability.Full ? file.Handle.Flush() : DiskError.None, "Flushing the object's record");
            return;
        }

        WriteFile(file.Place, file.Status.Inode, RecordCodec.Encode(record), replaces: true);
        Trust(file.Place, file.Status.Inode);
    }

    /// <summary>Checks the records that were in doubt when an instance died, and removes those that belong to no object.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach (Workspace.DoubtfulRecord doubtful in workspace.TakeDoubts())
        {
            using (doubtful.File)
            {
                await SettleAsync(doubtful, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task SettleAsync(Workspace.DoubtfulRecord doubtful, CancellationToken cancellationToken)
    {
        // An unreadable record was being written when its instance died, so it belongs to no object.
        DiskError error = RecordReader.ReadFile(doubtful.File, out string bucket, out string key, out _);
        bool isKnown = error == DiskError.None && BucketNaming.IsValid(bucket) && key.Length > 0;
        Place place = root.Locate(isKnown ? bucket : "unknown", isKnown ? key : "unknown");
        using (await workspace.Locks.LockKeyAsync(place, cancellationToken).ConfigureAwait(false))
        {
            if (!OpenFolder(out DiskFolder folder))
            {
                return;
            }

            using (folder)
            {
                // A living instance may have got the same inode, and may have written a record of the same name by now.
                if (IsSame(doubtful.File, folder, doubtful.Name) && !(isKnown && IsOfObject(place, doubtful.Name)))
                {
                    _ = folder.RemoveFile(doubtful.Name);
                }
            }
        }
    }

    private static bool IsSame(DiskFile file, DiskFolder folder, string name) =>
        file.Stat(out FileStatus one) == DiskError.None
        && folder.Stat(name, out FileStatus other) == DiskError.None
        && one.Inode == other.Inode;

    private bool IsOfObject(Place place, string name)
    {
        try
        {
            using ObjectFile? current = files.TryOpen(place);
            return current is not null && RecordReader.NameOf(place, current.Status.Inode) == name;
        }
        catch (StorageException)
        {
            // The object cannot be read, so the record may belong to it.
            return true;
        }
    }

    private bool TryWriteAttribute(DiskFile file, ObjectRecord record)
    {
        ReadOnlySpan<byte> bytes = RecordCodec.Encode(record);
        if (bytes.Length > largestAttribute)
        {
            return false;
        }

        DiskError error = file.SetAttribute(RecordReader.Attribute, bytes);

        // The file system has no attributes, or no room for an attribute of this size. On a full disk the record's file fails with the
        // right error.
        if (error is DiskError.NotSupported or DiskError.DiskFull or DiskError.TooLarge or DiskError.BufferTooSmall
            or DiskError.NotPermitted)
        {
            return false;
        }

        LocalErrors.Check(error, "Writing the object's attributes");
        return true;
    }

    /// <summary>
    /// Writes the record's file under the key's lock. A new file can get the inode of an object that another writer has just replaced. Its
    /// record then has the name of the old object's record. The other writer removes the old record under the lock.
    /// </summary>
    private async ValueTask<bool> WriteFileAsync(Place place, ulong inode, ObjectRecord record, CancellationToken cancellationToken)
    {
        using (await workspace.Locks.LockKeyAsync(place, cancellationToken).ConfigureAwait(false))
        {
            WriteFile(place, inode, RecordCodec.Encode(record), replaces: false);
            return true;
        }
    }

    /// <param name="place">The place of the object.</param>
    /// <param name="inode">The inode of the object's file.</param>
    /// <param name="record">The record's bytes.</param>
    /// <param name="replaces">
    /// Whether the object exists with an older record. Readers must find the older record until they find the new one.
    /// </param>
    private void WriteFile(Place place, ulong inode, ReadOnlySpan<byte> record, bool replaces)
    {
        var bytes = new ArrayBufferWriter<byte>(record.Length + 512);
        PackedCodec.WriteText(bytes, place.Bucket);
        PackedCodec.WriteText(bytes, place.Key);
        bytes.Write(record);
        if (!OpenFolder(out DiskFolder folder))
        {
            folder.Dispose();
            MakeFolder();
            OpenFolder(out folder);
        }

        using (folder)
        {
            string name = RecordReader.NameOf(place, inode);
            string doubt = Workspace.DoubtOf(name);
            DiskError error = Make(doubt, bytes.WrittenSpan);
            if (error == DiskError.None)
            {
                error = replaces ? workspace.Folder.Move(doubt, folder, name) : Publish(folder, doubt, name);
            }

            error = error == DiskError.None && durability == Durability.Full ? folder.Flush() : error;
            if (error != DiskError.None && replaces)
            {
                Trust(place, inode);
                throw LocalErrors.From(error, "Writing the object's record");
            }

            if (error != DiskError.None)
            {
                Forget(place, inode);
                throw LocalErrors.From(error, "Writing the object's record");
            }
        }
    }

    private DiskError Make(string name, ReadOnlySpan<byte> bytes)
    {
        DiskError error = workspace.Folder.MakeFile(name, out DiskFile file);
        using (file)
        {
            error = error == DiskError.None ? file.Write(bytes, 0) : error;
            return error == DiskError.None && durability == Durability.Full ? file.Flush() : error;
        }
    }

    private DiskError Publish(DiskFolder folder, string doubt, string name)
    {
        // The inode belongs to a file of the store that is not in its place yet. So a record of this name belongs to an older file.
        _ = folder.RemoveFile(name);
        DiskError error = workspace.Folder.Link(doubt, folder, name);

        // On a file system without links, a crash can leave a record that wastes space.
        return error is DiskError.NotPermitted or DiskError.NotSupported or DiskError.TooManyLinks
            ? workspace.Folder.Move(doubt, folder, name)
            : error;
    }

    private bool OpenFolder(out DiskFolder folder) => root.OpenFolder(RecordReader.FolderPath, out folder) == DiskError.None;

    private void MakeFolder()
    {
        LocalErrors.Check(root.OpenFolder(LocalRoot.Internals, out DiskFolder internals), $"Opening the folder {LocalRoot.Internals}");
        using (internals)
        {
            DiskError error = internals.MakeFolder(RecordReader.FolderName);
            LocalErrors.Check(error == DiskError.Exists ? DiskError.None : error, "Making the folder of records");
            LocalErrors.Check(durability == Durability.Full ? internals.Flush() : DiskError.None, "Flushing the folder of records");
        }
    }
}
