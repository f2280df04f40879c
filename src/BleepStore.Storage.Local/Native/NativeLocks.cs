using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Native;

/// <summary>An open file of Linux whose bytes are the locks.</summary>
/// <param name="descriptor">The file descriptor. -1 after a failure.</param>
internal sealed class NativeLocks(nint descriptor) : DiskLocks(descriptor)
{
    public override bool IsInvalid => handle < 0;

    public override DiskError Stat(out FileStatus status)
    {
        int error = Posix.Stat(this, out StatX found);
        status = found.ToStatus();
        return (DiskError)error;
    }

    public override DiskError TryLock(long number) => (DiskError)Posix.TryLock(this, number);

    public override DiskError Unlock(long number) => (DiskError)Posix.Unlock(this, number);

    protected override bool ReleaseHandle() => Posix.Close(handle) == Errno.None;
}
