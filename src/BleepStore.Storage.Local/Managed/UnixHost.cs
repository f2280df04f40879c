using System.IO.Enumeration;
using System.Runtime.InteropServices;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Managed;

/// <summary>The calls that all kinds of Unix declare in the same way.</summary>
internal abstract partial class UnixHost : HostSystem
{
    private const string Library = "libc";
    private const uint NewFolderMode = 0x1FF;

    /// <summary>The flags of <c>open</c> to read a file without following a link or waiting for a pipe.</summary>
    protected abstract int LookFlags { get; }

    public override void Prepare() => ProcessLimits.SurviveLargeFiles();

    /// <summary>Opens the file without the advisory lock of the class library, which another program's exclusive lock refuses.</summary>
    public override DiskError OpenToLook(string path, out SafeFileHandle? file)
    {
        int descriptor = Open(path, LookFlags, 0);
        DiskError error = Result(descriptor);
        file = error == DiskError.None ? new SafeFileHandle(descriptor, ownsHandle: true) : null;
        return error;
    }

    public override DiskError MakeFolder(string path) => Result(MkDir(path, NewFolderMode));

    public override DiskError RemoveFile(string path) => Result(Unlink(path));

    public override DiskError RemoveFolder(string path) => Result(RmDir(path));

    public override DiskError Link(string path, string to) => Result(LinkFile(path, to));

    public override DiskError Move(string path, string to) => Result(Rename(path, to));

    public override DiskError FlushFolder(string path)
    {
        int descriptor = Open(path, 0, 0);
        if (descriptor < 0)
        {
            return Result(descriptor);
        }

        using var folder = new SafeFileHandle(descriptor, ownsHandle: true);
        return Flush(folder);
    }

    /// <summary>
    /// Flushes a file, or the entries of a folder. The class library ignores the error of a file system that does not know its call.
    /// </summary>
    public override DiskError Flush(SafeFileHandle file) => Uninterrupted(() => FSync(file));

    /// <summary>Does nothing, because Unix changes the time with the bytes and not later.</summary>
    public override void SettleTimes(SafeFileHandle file)
    {
    }

    /// <summary>Returns the kind by a call of its own, because the class library cannot tell pipes and devices from files.</summary>
    public override EntryKind? KindOf(ref FileSystemEntry entry) => KindOf(ref entry, entry.ToFullPath());

    /// <summary>Makes a call again while signals interrupt it (EINTR), and returns its error.</summary>
    protected DiskError Uninterrupted(Func<int> call)
    {
        DiskError error;
        do
        {
            error = Result(call());
        }
        while (error == DiskError.Interrupted);
        return error;
    }

    /// <summary>Returns the error of a call that returns less than 0 for a failure.</summary>
    protected DiskError Result(int result) => result < 0 ? ErrorOf(Marshal.GetLastPInvokeError()) : DiskError.None;

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeHandle file);

    [LibraryImport(Library, EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkDir(string path, uint mode);

    [LibraryImport(Library, EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string path);

    [LibraryImport(Library, EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RmDir(string path);

    [LibraryImport(Library, EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkFile(string path, string to);

    [LibraryImport(Library, EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string path, string to);
}
