using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Benchmarks.Support;

/// <summary>System calls that .NET does not have.</summary>
internal static partial class SystemDisk
{
    private const int ReadOnlyFolder = 0x10000 | 0x80000;

    /// <summary>Brings the entries of a folder to the disk, so that a rename in it outlives a loss of power.</summary>
    public static void FlushFolder(string path)
    {
        using var folder = new SafeFileHandle(Open(path, ReadOnlyFolder), ownsHandle: true);
        if (folder.IsInvalid || FSync(folder) != 0)
        {
            throw new IOException($"The folder '{path}' could not be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Waits until the disk has nothing more to do.</summary>
    public static void Settle()
    {
        if (OperatingSystem.IsLinux())
        {
            Sync();
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "sync")]
    private static partial void Sync();
}
