using System.Buffers;
using System.Globalization;
using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>
/// Keeps an object's record: as an extended attribute of its file, so that it moves with the file and arrives in the same rename; or, where attributes are missing
/// or the record is too large for them, as a file in <c>.bleepstore/meta</c> that is named after the key and the inode, so that it belongs to this one write.
/// </summary>
/// <param name="root">The store's root.</param>
/// <param name="durability">Whether record files are flushed.</param>
/// <param name="largestAttribute">Larger records go to files, in bytes. Lowered by tests.</param>
internal sealed class Records(LocalRoot root, Durability durability, int largestAttribute)
{
    private const string Attribute = "user.bleepstore";
    private const string FolderPath = LocalRoot.Internals + "/meta";

    private volatile bool _hasFiles = Exists(root);

    /// <summary>Keeps a record for a file that is about to become an object. Durable with the file's own flush, or at once.</summary>
    public void Write(Place place, SafeFileHandle file, ulong inode, ObjectRecord record)
    {
        ReadOnlySpan<byte> bytes = RecordCodec.Encode(record);
        if (bytes.Length <= largestAttribute)
        {
            int error = Posix.SetAttribute(file, Attribute, bytes);

            // No attributes here, or no room for this many bytes in one. On a disk that is full the record's file says so.
            if (error is not (Errno.EOPNOTSUPP or Errno.ENOSPC or Errno.E2BIG or Errno.ERANGE or Errno.EPERM))
            {
                LocalErrors.Check(error, "Writing the object's attributes");
                return;
            }
        }

        WriteFile(NameOf(place, inode), bytes);
    }

    /// <summary>Reads the record of an object that is open. One that does not fit the file any more was left behind when someone else changed it.</summary>
    public ObjectRecord? Read(Place place, SafeFileHandle file, in FileStatus status)
    {
        ObjectRecord? record = ReadAttribute(file) ?? ReadFile(place, status.Inode);
        return record is not null && record.Size == status.Size && record.Modified == status.Modified ? record : null;
    }

    /// <summary>Removes the record of an object that was replaced or deleted. One that stays behind, by a crash, fits no other file.</summary>
    public void Forget(Place place, ulong inode)
    {
        if (_hasFiles && OpenFolder(out SafeFileHandle folder))
        {
            using (folder)
            {
                _ = Posix.Unlink(folder, NameOf(place, inode));
            }
        }
    }

    private static bool Exists(LocalRoot root)
    {
        int error = root.OpenFolder(FolderPath, out SafeFileHandle folder);
        folder.Dispose();
        return error == Errno.None;
    }

    private static string NameOf(Place place, ulong inode) => string.Create(CultureInfo.InvariantCulture, $"{place.Digest}.{inode:x}");

    private static ObjectRecord? ReadAttribute(SafeFileHandle file)
    {
        Span<byte> buffer = stackalloc byte[1024];
        int error = Posix.GetAttribute(file, Attribute, buffer, out int size);
        if (error == Errno.None)
        {
            return RecordCodec.TryDecode(buffer[..size]);
        }

        if (error is not Errno.ERANGE)
        {
            LocalErrors.Check(error is Errno.ENODATA or Errno.EOPNOTSUPP or Errno.EPERM ? Errno.None : error, "Reading the object's attributes");
            return null;
        }

        byte[] large = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            return Posix.GetAttribute(file, Attribute, large, out size) == Errno.None ? RecordCodec.TryDecode(large.AsSpan(0, size)) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(large);
        }
    }

    private ObjectRecord? ReadFile(Place place, ulong inode)
    {
        int error = root.Open($"{FolderPath}/{NameOf(place, inode)}", OpenFlags.Read, out SafeFileHandle file);
        using (file)
        {
            if (error is Errno.ENOENT)
            {
                return null;
            }

            LocalErrors.Check(error, "Opening the object's record");
            LocalErrors.Check(Posix.Stat(file, out FileStatus status), "Reading the object's record");
            byte[] bytes = new byte[(int)Math.Min(status.Size, 1024 * 1024)];
            LocalErrors.Check(Posix.Read(file, bytes, 0, out int count), "Reading the object's record");
            return RecordCodec.TryDecode(bytes.AsSpan(0, count));
        }
    }

    private void WriteFile(string name, ReadOnlySpan<byte> bytes)
    {
        if (!OpenFolder(out SafeFileHandle folder))
        {
            folder.Dispose();
            MakeFolder();
            OpenFolder(out folder);
        }

        using (folder)
        {
            // The inode is that of a file of ours that is not in place yet: a record of this name is an older file's.
            _ = Posix.Unlink(folder, name);
            LocalErrors.Check(Posix.Open(folder, name, OpenFlags.New, out SafeFileHandle file), "Making the object's record");
            using (file)
            {
                int error = Posix.Write(file, bytes, 0);
                error = error == Errno.None && durability == Durability.Full ? Posix.Flush(file) : error;
                error = error == Errno.None && durability == Durability.Full ? Posix.Flush(folder) : error;
                if (error != Errno.None)
                {
                    _ = Posix.Unlink(folder, name);
                    throw LocalErrors.From(error, "Writing the object's record");
                }
            }
        }
    }

    private bool OpenFolder(out SafeFileHandle folder) => root.OpenFolder(FolderPath, out folder) == Errno.None;

    private void MakeFolder()
    {
        LocalErrors.Check(root.OpenFolder(LocalRoot.Internals, out SafeFileHandle internals), $"Opening the folder {LocalRoot.Internals}");
        using (internals)
        {
            int error = Posix.MakeFolder(internals, "meta");
            LocalErrors.Check(error == Errno.EEXIST ? Errno.None : error, "Making the folder of records");
            LocalErrors.Check(durability == Durability.Full ? Posix.Flush(internals) : Errno.None, "Flushing the folder of records");
        }

        _hasFiles = true;
    }
}
