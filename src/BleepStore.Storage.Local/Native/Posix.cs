using System.Runtime.InteropServices;

namespace BleepStore.Storage.Local.Native;

/// <summary>
/// System calls on folders that are held open. Every method returns an error number, which is 0 for success. Names are single components
/// unless a member says otherwise.
/// </summary>
internal static partial class Posix
{
    private const uint NewFileMode = 0x1B6;
    private const uint NewFolderMode = 0x1FF;
    private const int EmptyPath = 0x1000;
    private const int NoFollow = 0x100;

    /// <summary>AT_FDCWD. An absolute path needs no folder.</summary>
    private const int NoFolder = -100;
    private const int RemoveFolder = 0x200;
    private const int BasicStatusAndBirth = 0xFFF;
    private const int Exchanging = 2;
    private const int LockShared = 1;
    private const int LockAlone = 2;
    private const int LockNonBlocking = 4;
    private const int LockRelease = 8;
    private const int SetLock = 37;
    private const short WriteLock = 1;
    private const short Unlocked = 2;

    /// <summary>Opens an absolute path.</summary>
    public static int OpenRoot(string path, out nint descriptor) => Keep(Libc.Open(path, OpenFlags.Root, 0), out descriptor);

    public static int Open(SafeHandle folder, string name, int flags, out nint descriptor)
    {
        int error;
        do
        {
            error = Keep(Libc.OpenAt(folder, name, flags, NewFileMode), out descriptor);
        }
        while (error == Errno.EINTR);
        return error;
    }

    public static int Stat(SafeHandle file, out StatX status) =>
        Result(Libc.StatX(CallNumbers.StatX, file, "", EmptyPath, BasicStatusAndBirth, out status));

    public static int Stat(SafeHandle folder, string name, out StatX status) =>
        Result(Libc.StatX(CallNumbers.StatX, folder, name, NoFollow, BasicStatusAndBirth, out status));

    /// <summary>Returns the properties of an absolute path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follows">Whether a link at the end of the path is followed. Other links are always followed.</param>
    /// <param name="status">The properties.</param>
    public static int StatPath(string path, bool follows, out StatX status) =>
        Result(Libc.StatX(CallNumbers.StatX, NoFolder, path, follows ? 0 : NoFollow, BasicStatusAndBirth, out status));

    /// <summary>Returns the type of the file system of an open file.</summary>
    public static int FileSystemType(SafeHandle file, out uint type)
    {
        // The type is the first field of struct statfs. All types have 32 bits, and the field has more on most processors.
        Span<byte> status = stackalloc byte[256];
        int error = Result(Libc.FStatFS(file, status));
        type = MemoryMarshal.Read<uint>(status);
        return error;
    }

    public static int MakeFolder(SafeHandle folder, string name) => Result(Libc.MkdirAt(folder, name, NewFolderMode));

    public static int Unlink(SafeHandle folder, string name) => Result(Libc.UnlinkAt(folder, name, 0));

    /// <summary>Removes an empty folder.</summary>
    public static int Remove(SafeHandle folder, string name) => Result(Libc.UnlinkAt(folder, name, RemoveFolder));

    public static int Link(SafeHandle fromFolder, string from, SafeHandle toFolder, string to) =>
        Result(Libc.LinkAt(fromFolder, from, toFolder, to, 0));

    public static int Rename(SafeHandle fromFolder, string from, SafeHandle toFolder, string to) =>
        Result(Libc.RenameAt(fromFolder, from, toFolder, to));

    /// <summary>Swaps two entries in one step. Both names have an entry at every moment.</summary>
    public static int Exchange(SafeHandle oneFolder, string one, SafeHandle otherFolder, string other) =>
        Result(Libc.RenameAt2(CallNumbers.RenameAt2, oneFolder, one, otherFolder, other, Exchanging));

    /// <summary>Flushes a file's bytes and attributes, or a folder's entries, to the disk.</summary>
    public static int Flush(SafeHandle file)
    {
        int error;
        do
        {
            error = Result(Libc.FSync(file));
        }
        while (error == Errno.EINTR);
        return error;
    }

    /// <summary>Writes all bytes, in as many calls as needed. One call writes at most 2 GiB, and less when the disk becomes full.</summary>
    public static int Write(SafeHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            nint count = Libc.PWrite(file, bytes, bytes.Length, offset);
            if (count < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.EINTR)
                {
                    return error;
                }

                continue;
            }

            bytes = bytes[(int)count..];
            offset += count;
        }

        return Errno.None;
    }

    public static int Read(SafeHandle file, Span<byte> buffer, long offset, out int count)
    {
        int error;
        do
        {
            nint read = Libc.PRead(file, buffer, buffer.Length, offset);
            error = Result(read);
            count = read < 0 ? 0 : (int)read;
        }
        while (error == Errno.EINTR);
        return error;
    }

    /// <summary>
    /// Locks one byte of a lock file for this open file. The lock holds against all other handles on the file, also those of this process.
    /// Does not wait, and returns <see cref="Errno.EAGAIN"/> if the byte is locked. The system releases the lock when the process dies.
    /// </summary>
    public static int TryLock(SafeHandle file, long at) => SetByte(file, at, WriteLock);

    public static int Unlock(SafeHandle file, long at) => SetByte(file, at, Unlocked);

    /// <summary>
    /// Acquires a shared or exclusive lock on an open folder, against all other handles on the folder. Does not wait, and returns
    /// <see cref="Errno.EAGAIN"/> if the lock is held.
    /// </summary>
    public static int TryLockFolder(SafeHandle folder, bool isAlone) =>
        Result(Libc.FLock(folder, (isAlone ? LockAlone : LockShared) | LockNonBlocking));

    public static int UnlockFolder(SafeHandle folder) => Result(Libc.FLock(folder, LockRelease));

    public static int Close(nint descriptor) => Result(Libc.Close(descriptor));

    /// <summary>Returns the error of a call, and the descriptor that the call returned. The descriptor is -1 after an error.</summary>
    internal static int Keep(nint result, out nint descriptor)
    {
        descriptor = result;
        return Result(result);
    }

    internal static int Result(nint result) => result < 0 ? Marshal.GetLastPInvokeError() : Errno.None;

    private static int SetByte(SafeHandle file, long at, short type)
    {
        var region = new Libc.FileLock { Type = type, Start = at, Length = 1 };
        int error = Result(Libc.FCntl(file, SetLock, ref region));
        return error == Errno.EACCES ? Errno.EAGAIN : error;
    }
}
