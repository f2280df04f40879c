using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Native;

/// <summary>An open folder of Linux.</summary>
/// <param name="descriptor">The file descriptor. -1 after a failure.</param>
/// <param name="stepwise">Whether paths are opened folder by folder, even if the system can open them in one call.</param>
internal sealed class NativeFolder(nint descriptor, bool stepwise) : DiskFolder(descriptor)
{
    public override bool IsInvalid => handle < 0;

    public override bool KeepsNumbers => Posix.FileSystemType(this, out uint type) != Errno.None || !FileSystemTypes.InventsNumbers(type);

    public override DiskError Stat(out FileStatus status)
    {
        int error = Posix.Stat(this, out StatX found);
        status = found.ToStatus();
        return (DiskError)error;
    }

    public override DiskError Stat(string name, out FileStatus status)
    {
        int error = Posix.Stat(this, name, out StatX found);
        status = found.ToStatus();
        return (DiskError)error;
    }

    public override DiskError Flush() => (DiskError)Posix.Flush(this);

    public override DiskError OpenFile(string name, out DiskFile file) => Open(name, OpenFlags.Read, out file);

    public override DiskError MakeFile(string name, out DiskFile file) => Open(name, OpenFlags.New, out file);

    public override DiskError OpenLocks(string name, bool makesMissing, out DiskLocks locks)
    {
        int error = Posix.Open(this, name, makesMissing ? OpenFlags.NewLocks : OpenFlags.Locks, out nint opened);
        locks = new NativeLocks(opened);
        return (DiskError)error;
    }

    public override DiskError OpenFolder(string name, out DiskFolder folder)
    {
        int error = Posix.Open(this, name, OpenFlags.Folder, out nint opened);
        folder = new NativeFolder(opened, stepwise);
        return (DiskError)error;
    }

    public override DiskError OpenFileBelow(string path, out DiskFile file)
    {
        int error = Contained.Open(this, path, OpenFlags.Read, stepwise, out nint opened);
        file = new NativeFile(opened);
        return (DiskError)error;
    }

    public override DiskError OpenFolderBelow(string path, out DiskFolder folder)
    {
        int error = Contained.Open(this, path, OpenFlags.Folder, stepwise, out nint opened);
        folder = new NativeFolder(opened, stepwise);
        return (DiskError)error;
    }

    public override DiskError Reopen(out DiskFolder folder) => OpenFolder(".", out folder);

    public override DiskError MakeFolder(string name) => (DiskError)Posix.MakeFolder(this, name);

    public override DiskError RemoveFile(string name) => (DiskError)Posix.Unlink(this, name);

    public override DiskError RemoveFolder(string name) => (DiskError)Posix.Remove(this, name);

    public override DiskError Link(string name, DiskFolder toFolder, string to) => (DiskError)Posix.Link(this, name, toFolder, to);

    public override DiskError Move(string name, DiskFolder toFolder, string to) => (DiskError)Posix.Rename(this, name, toFolder, to);

    public override DiskError Exchange(string name, DiskFolder otherFolder, string other) =>
        (DiskError)Posix.Exchange(this, name, otherFolder, other);

    public override DiskError TryLock(bool isAlone) => (DiskError)Posix.TryLockFolder(this, isAlone);

    public override DiskError Unlock() => (DiskError)Posix.UnlockFolder(this);

    public override DiskError ReadEntries(List<FolderEntry> entries) => (DiskError)FolderReader.Read(this, entries);

    protected override bool ReleaseHandle() => Posix.Close(handle) == Errno.None;

    private DiskError Open(string name, int flags, out DiskFile file)
    {
        int error = Posix.Open(this, name, flags, out nint opened);
        file = new NativeFile(opened);
        return (DiskError)error;
    }
}
