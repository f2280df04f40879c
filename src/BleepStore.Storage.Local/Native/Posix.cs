using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Native;

/// <summary>
/// System calls on folders that are held open. Every one returns an error number, 0 for success; names are single components unless said
/// otherwise.
/// </summary>
internal static partial class Posix
{
    private const uint NewFileMode = 0x1B6;
    private const uint NewFolderMode = 0x1FF;
    private const int EmptyPath = 0x1000;
    private const int NoFollow = 0x100;
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

    /// <summary>Whether these calls are there.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Opens a path of the whole system.</summary>
    public static int OpenRoot(string path, out SafeFileHandle folder) => Wrap(Libc.Open(path, OpenFlags.Root, 0), out folder);

    public static int Open(SafeFileHandle folder, string name, int flags, out SafeFileHandle file)
    {
        int error;
        do
        {
            error = Wrap(Libc.OpenAt(folder, name, flags, NewFileMode), out file);
        }
        while (error == Errno.EINTR);
        return error;
    }

    public static int Stat(SafeFileHandle file, out FileStatus status) =>
        Result(Libc.StatX(CallNumbers.StatX, file, "", EmptyPath, BasicStatusAndBirth, out status));

    public static int Stat(SafeFileHandle folder, string name, out FileStatus status) =>
        Result(Libc.StatX(CallNumbers.StatX, folder, name, NoFollow, BasicStatusAndBirth, out status));

    /// <summary>Looks at a path of the whole system, through links.</summary>
    /// <param name="any">An open file: the call asks for one.</param>
    /// <param name="path">Absolute.</param>
    /// <param name="status">What is there.</param>
    public static int StatPath(SafeFileHandle any, string path, out FileStatus status) =>
        Result(Libc.StatX(CallNumbers.StatX, any, path, 0, BasicStatusAndBirth, out status));

    public static int MakeFolder(SafeFileHandle folder, string name) => Result(Libc.MkdirAt(folder, name, NewFolderMode));

    public static int Unlink(SafeFileHandle folder, string name) => Result(Libc.UnlinkAt(folder, name, 0));

    /// <summary>Removes an empty folder.</summary>
    public static int Remove(SafeFileHandle folder, string name) => Result(Libc.UnlinkAt(folder, name, RemoveFolder));

    public static int Link(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to) =>
        Result(Libc.LinkAt(fromFolder, from, toFolder, to, 0));

    public static int Rename(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to) =>
        Result(Libc.RenameAt(fromFolder, from, toFolder, to));

    /// <summary>Swaps two entries in one step; neither name is ever without one.</summary>
    public static int Exchange(SafeFileHandle oneFolder, string one, SafeFileHandle otherFolder, string other) =>
        Result(Libc.RenameAt2(CallNumbers.RenameAt2, oneFolder, one, otherFolder, other, Exchanging));

    /// <summary>Brings a file's bytes and attributes, or a folder's entries, to the disk.</summary>
    public static int Flush(SafeFileHandle file)
    {
        int error;
        do
        {
            error = Result(Libc.FSync(file));
        }
        while (error == Errno.EINTR);
        return error;
    }

    /// <summary>Writes all bytes, in as many calls as it takes: one writes at most 2 GiB, and less when the disk fills up.</summary>
    public static int Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
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

    public static int Read(SafeFileHandle file, Span<byte> buffer, long offset, out int count)
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
    /// Takes one byte of a lock file for this open file, against all other open files on it, of this process too. Does not wait:
    /// <see cref="Errno.EAGAIN"/> when it is taken. The system releases it when the process dies.
    /// </summary>
    public static int TryLock(SafeFileHandle file, long at) => SetByte(file, at, WriteLock);

    public static int Unlock(SafeFileHandle file, long at) => SetByte(file, at, Unlocked);

    /// <summary>
    /// Takes a lock on an open folder, shared or alone, against all others who have it open. Does not wait:
    /// <see cref="Errno.EAGAIN"/> when it is taken.
    /// </summary>
    public static int TryLockFolder(SafeFileHandle folder, bool isAlone) =>
        Result(Libc.FLock(folder, (isAlone ? LockAlone : LockShared) | LockNonBlocking));

    public static int UnlockFolder(SafeFileHandle folder) => Result(Libc.FLock(folder, LockRelease));

    internal static int Wrap(nint descriptor, out SafeFileHandle file)
    {
        int error = Result(descriptor);
        file = new SafeFileHandle(descriptor, ownsHandle: true);
        return error;
    }

    internal static int Result(nint result) => result < 0 ? Marshal.GetLastPInvokeError() : Errno.None;

    private static int SetByte(SafeFileHandle file, long at, short type)
    {
        var region = new Libc.FileLock { Type = type, Start = at, Length = 1 };
        int error = Result(Libc.FCntl(file, SetLock, ref region));
        return error == Errno.EACCES ? Errno.EAGAIN : error;
    }
}
