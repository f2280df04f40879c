using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers;

/// <summary>Starts the writing of bytes to the disk early, so a flush has little left to do. Only Linux has such a call.</summary>
internal static partial class FileFlush
{
    private const uint StartWriting = 2;

    /// <summary>Starts to write a range, without waiting. A flush must follow. The flush reports earlier errors.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="count">The number of bytes.</param>
    public static void Begin(SafeFileHandle file, long offset, long count)
    {
        if (OperatingSystem.IsLinux())
        {
            // A file system without the call loses only time.
            _ = SyncFileRange(file, offset, count, StartWriting);
        }
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long count, uint flags);
}
