using System.Runtime.InteropServices;

namespace BleepStore.Storage.Local.IO;

/// <summary>
/// A file or folder that is held open. It is a <see cref="SafeHandle"/>, so system calls accept it directly. It costs no more than the
/// system's own handle.
/// </summary>
/// <param name="handle">The system's handle. -1 after a failure.</param>
internal abstract class DiskHandle(nint handle) : SafeHandle(handle, ownsHandle: true)
{
    public abstract DiskError Stat(out FileStatus status);

    /// <summary>Flushes a file's bytes and attributes, or a folder's entries, to the disk.</summary>
    public abstract DiskError Flush();
}
