using System.Runtime.InteropServices;

namespace BleepStore.Storage.Local.Native;

/// <summary>The system calls, as libc declares them. They are used through <see cref="Posix"/>.</summary>
/// <remarks>
/// Functions that some versions of musl lack are called by number (<see cref="CallNumbers"/>). Their integers are <c>nint</c>, because
/// <c>syscall</c> passes on whole registers.
/// </remarks>
internal static partial class Libc
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int OpenAt(SafeHandle folder, string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint OpenAt2(nint number, SafeHandle folder, string path, in OpenHow how, nint size);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint GetDents64(nint number, SafeHandle folder, Span<byte> buffer, nint size);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint StatX(nint number, SafeHandle folder, string path, nint flags, nint mask, out StatX status);

    /// <param name="number">The number of the call.</param>
    /// <param name="folder">A number that stands for a folder, instead of a handle.</param>
    /// <param name="path">The path.</param>
    /// <param name="flags">The flags.</param>
    /// <param name="mask">The requested properties.</param>
    /// <param name="status">The properties.</param>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint StatX(nint number, nint folder, string path, nint flags, nint mask, out StatX status);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(nint descriptor);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MkdirAt(SafeHandle folder, string path, uint mode);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int UnlinkAt(SafeHandle folder, string path, int flags);

    [LibraryImport(Library, EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int LinkAt(SafeHandle fromFolder, string from, SafeHandle toFolder, string to, int flags);

    [LibraryImport(Library, EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RenameAt(SafeHandle fromFolder, string from, SafeHandle toFolder, string to);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint RenameAt2(
        nint number, SafeHandle fromFolder, string from, SafeHandle toFolder, string to, nint flags);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int FSync(SafeHandle file);

    [LibraryImport(Library, EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int FTruncate(SafeHandle file, long size);

    [LibraryImport(Library, EntryPoint = "sync_file_range", SetLastError = true)]
    internal static partial int SyncFileRange(SafeHandle file, long offset, long count, uint flags);

    [LibraryImport(Library, EntryPoint = "pwrite", SetLastError = true)]
    internal static partial nint PWrite(SafeHandle file, ReadOnlySpan<byte> bytes, nint count, long offset);

    [LibraryImport(Library, EntryPoint = "pread", SetLastError = true)]
    internal static partial nint PRead(SafeHandle file, Span<byte> buffer, nint count, long offset);

    /// <param name="number">The number of the call.</param>
    /// <param name="file">The file.</param>
    /// <param name="vectors">The buffers.</param>
    /// <param name="count">How many vectors there are.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="offsetAbove">The upper half of the offset, which 64-bit systems ignore.</param>
    /// <param name="flags">The flags.</param>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static unsafe partial nint PReadV2(
        nint number, SafeHandle file, IoVector* vectors, nint count, nint offset, nint offsetAbove, nint flags);

    [LibraryImport(Library, EntryPoint = "copy_file_range", SetLastError = true)]
    internal static partial nint CopyFileRange(
        SafeHandle from, ref long fromOffset, SafeHandle to, ref long toOffset, nint count, uint flags);

    [LibraryImport(Library, EntryPoint = "fsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int FSetXAttr(SafeHandle file, string name, ReadOnlySpan<byte> value, nint size, int flags);

    [LibraryImport(Library, EntryPoint = "fgetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint FGetXAttr(SafeHandle file, string name, Span<byte> value, nint size);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FCntl(SafeHandle file, int command, ref FileLock fileLock);

    [LibraryImport(Library, EntryPoint = "fstatfs", SetLastError = true)]
    internal static partial int FStatFS(SafeHandle file, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    internal static partial int FLock(SafeHandle folder, int operation);

    [LibraryImport(Library, EntryPoint = "getrlimit", SetLastError = true)]
    internal static partial int GetRLimit(int resource, out Limit limit);

    /// <summary><c>struct rlimit</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Limit
    {
        public ulong Current;
        public ulong Most;
    }

    /// <summary><c>struct open_how</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct IoVector
    {
        public byte* Base;
        public nint Length;
    }

    /// <summary><c>struct flock</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }
}
