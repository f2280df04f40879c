using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers;

/// <summary>Starts the writing of bytes to the disk early, so that a flush finds little to do. Only Linux has such a call.</summary>
internal static partial class FileFlush
{
    private const uint StartWriting = 2;

    /// <summary>Starts to write a range, and does not wait. A flush must follow. It reports what went wrong meanwhile.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="count">The number of bytes.</param>
    public static void Begin(SafeFileHandle file, long offset, long count)
    {
        if (OperatingSystem.IsLinux())
        {
            // A file system without the call loses nothing but time.
            _ = SyncFileRange(file, offset, count, StartWriting);
        }
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long count, uint flags);
}
