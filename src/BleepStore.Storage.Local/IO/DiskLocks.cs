using System.Runtime.InteropServices;

namespace BleepStore.Storage.Local.IO;

/// <summary>
/// A file that is held open for its locks, which have numbers. A lock holds against all other handles on the file, also those of this
/// process. The system releases the locks when the process dies. Thread-safe.
/// </summary>
/// <param name="handle">The system's handle. -1 after a failure.</param>
internal abstract class DiskLocks(nint handle) : SafeHandle(handle, ownsHandle: true)
{
    public abstract DiskError Stat(out FileStatus status);

    /// <summary>Acquires a lock. Does not wait, and returns <see cref="DiskError.WouldBlock"/> if the lock is held.</summary>
    public abstract DiskError TryLock(long number);

    public abstract DiskError Unlock(long number);
}
