using System.Buffers;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>
/// Writes and removes objects' records. One that is a file comes and goes in another step than its object, and a crash can part the two. So
/// while a record may be nobody's, the instance's folder has a link to it: whoever sweeps up after an instance that died knows which
/// records are in doubt, and looks at no others.
/// </summary>
/// <param name="root">The store's root.</param>
/// <param name="workspace">The instance's folder, and the locks.</param>
/// <param name="files">Looks for objects.</param>
/// <param name="durability">Whether record files are flushed.</param>
/// <param name="largestAttribute">Larger records go to files, in bytes. Lowered by tests.</param>
internal sealed class RecordKeeper(LocalRoot root, Workspace workspace, ObjectFiles files, Durability durability, int largestAttribute)
{
    /// <summary>Keeps a record for a file that is about to become an object. Durable with the file's own flush, or at once.</summary>
    /// <returns>Whether the record is a file, and in doubt until it is told what became of the object.</returns>
    public ValueTask<bool> WriteAsync(
        Place place, SafeFileHandle file, ulong inode, ObjectRecord record, CancellationToken cancellationToken) =>
        TryWriteAttribute(file, record) ? ValueTask.FromResult(false) : WriteFileAsync(place, inode, record, cancellationToken);

    /// <summary>Says that an object is about to be replaced or deleted. The caller holds the key's lock.</summary>
    public void Doubt(Place place, ulong inode)
    {
        if (OpenFolder(out SafeFileHandle folder))
        {
            using (folder)
            {
                // Most objects have no such record. A link that cannot be made leaves, after a crash, a record that takes up room, and
                // nothing worse.
                string name = Records.NameOf(place, inode);
                _ = Posix.Link(folder, name, workspace.Folder, Workspace.DoubtOf(name));
            }
        }
    }

    /// <summary>Says that the object is there, with its record.</summary>
    public void Trust(Place place, ulong inode) => _ = Posix.Unlink(workspace.Folder, Workspace.DoubtOf(Records.NameOf(place, inode)));

    /// <summary>Removes the record of an object that was replaced or deleted, or never came to be.</summary>
    public void Forget(Place place, ulong inode)
    {
        if (OpenFolder(out SafeFileHandle folder))
        {
            using (folder)
            {
                _ = Posix.Unlink(folder, Records.NameOf(place, inode));
                Trust(place, inode);
            }
        }
    }

    /// <summary>
    /// Writes a record anew for the file that has it, and says whether the file's bytes were found to agree. Does nothing when the object is
    /// no longer the one that was read.
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
            LocalErrors.Check(durability == Durability.Full ? Posix.Flush(file.Handle) : Errno.None, "Flushing the object's record");
            return;
        }

        WriteFile(file.Place, file.Status.Inode, RecordCodec.Encode(record), replaces: true);
        Trust(file.Place, file.Status.Inode);
    }

    /// <summary>Removes the records that belong to no object of those that were in doubt when an instance died.</summary>
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
        // What cannot be read was being written when its instance died, and belongs to no object.
        bool isKnown = Records.ReadFile(doubtful.File, out string bucket, out string key, out _) == Errno.None && BucketNaming.IsValid(bucket) && key.Length > 0;
        Place place = root.Locate(isKnown ? bucket : "unknown", isKnown ? key : "unknown");
        using (await workspace.Locks.LockKeyAsync(place, cancellationToken).ConfigureAwait(false))
        {
            if (!OpenFolder(out SafeFileHandle folder))
            {
                return;
            }

            using (folder)
            {
                // Under the same name there may be the record of a living instance by now, which got the same inode.
                if (IsSame(doubtful.File, folder, doubtful.Name) && !(isKnown && IsOfObject(place, doubtful.Name)))
                {
                    _ = Posix.Unlink(folder, doubtful.Name);
                }
            }
        }
    }

    private static bool IsSame(SafeFileHandle file, SafeFileHandle folder, string name) =>
        Posix.Stat(file, out FileStatus one) == Errno.None && Posix.Stat(folder, name, out FileStatus other) == Errno.None && one.Inode == other.Inode;

    private bool IsOfObject(Place place, string name)
    {
        try
        {
            using ObjectFile? current = files.TryOpen(place);
            return current is not null && Records.NameOf(place, current.Status.Inode) == name;
        }
        catch (StorageException)
        {
            // It cannot be looked at, so that it may be.
            return true;
        }
    }

    private bool TryWriteAttribute(SafeFileHandle file, ObjectRecord record)
    {
        ReadOnlySpan<byte> bytes = RecordCodec.Encode(record);
        if (bytes.Length > largestAttribute)
        {
            return false;
        }

        int error = Posix.SetAttribute(file, Records.Attribute, bytes);

        // No attributes here, or no room for this many bytes in one. On a disk that is full the record's file says so.
        if (error is Errno.EOPNOTSUPP or Errno.ENOSPC or Errno.E2BIG or Errno.ERANGE or Errno.EPERM)
        {
            return false;
        }

        LocalErrors.Check(error, "Writing the object's attributes");
        return true;
    }

    /// <summary>
    /// Holds the key's lock. A file gets the inode of the object that another writer has just replaced, and so the name of that object's
    /// record. The other writer removes that record under the lock.
    /// </summary>
    private async ValueTask<bool> WriteFileAsync(Place place, ulong inode, ObjectRecord record, CancellationToken cancellationToken)
    {
        using (await workspace.Locks.LockKeyAsync(place, cancellationToken).ConfigureAwait(false))
        {
            WriteFile(place, inode, RecordCodec.Encode(record), replaces: false);
            return true;
        }
    }

    /// <param name="place">Where the object is or will be.</param>
    /// <param name="inode">Its inode.</param>
    /// <param name="record">The record's bytes.</param>
    /// <param name="replaces">Whether the object is there with an older record, which readers have to find until they find this one.</param>
    private void WriteFile(Place place, ulong inode, ReadOnlySpan<byte> record, bool replaces)
    {
        var bytes = new ArrayBufferWriter<byte>(record.Length + 512);
        PackedCodec.WriteText(bytes, place.Bucket);
        PackedCodec.WriteText(bytes, place.Key);
        bytes.Write(record);
        if (!OpenFolder(out SafeFileHandle folder))
        {
            folder.Dispose();
            MakeFolder();
            OpenFolder(out folder);
        }

        using (folder)
        {
            string name = Records.NameOf(place, inode);
            string doubt = Workspace.DoubtOf(name);
            int error = Make(doubt, bytes.WrittenSpan);
            if (error == Errno.None)
            {
                error = replaces ? Posix.Rename(workspace.Folder, doubt, folder, name) : Publish(folder, doubt, name);
            }

            error = error == Errno.None && durability == Durability.Full ? Posix.Flush(folder) : error;
            if (error != Errno.None && replaces)
            {
                Trust(place, inode);
                throw LocalErrors.From(error, "Writing the object's record");
            }

            if (error != Errno.None)
            {
                Forget(place, inode);
                throw LocalErrors.From(error, "Writing the object's record");
            }
        }
    }

    private int Make(string name, ReadOnlySpan<byte> bytes)
    {
        int error = Posix.Open(workspace.Folder, name, OpenFlags.New, out SafeFileHandle file);
        using (file)
        {
            error = error == Errno.None ? Posix.Write(file, bytes, 0) : error;
            return error == Errno.None && durability == Durability.Full ? Posix.Flush(file) : error;
        }
    }

    private int Publish(SafeFileHandle folder, string doubt, string name)
    {
        // The inode is that of a file of ours that is not in place yet: a record of this name is an older file's.
        _ = Posix.Unlink(folder, name);
        int error = Posix.Link(workspace.Folder, doubt, folder, name);

        // Where there are no links, a crash can leave a record that takes up room.
        return error is Errno.EPERM or Errno.EOPNOTSUPP or Errno.EMLINK ? Posix.Rename(workspace.Folder, doubt, folder, name) : error;
    }

    private bool OpenFolder(out SafeFileHandle folder) => root.OpenFolder(Records.FolderPath, out folder) == Errno.None;

    private void MakeFolder()
    {
        LocalErrors.Check(root.OpenFolder(LocalRoot.Internals, out SafeFileHandle internals), $"Opening the folder {LocalRoot.Internals}");
        using (internals)
        {
            int error = Posix.MakeFolder(internals, Records.FolderName);
            LocalErrors.Check(error == Errno.EEXIST ? Errno.None : error, "Making the folder of records");
            LocalErrors.Check(durability == Durability.Full ? Posix.Flush(internals) : Errno.None, "Flushing the folder of records");
        }
    }
}
