using System.Runtime.InteropServices;

namespace BleepStore.Storage.Transfers;

/// <summary>
/// Writes the names in a folder to the disk, so a new name survives a loss of power. Windows needs no such step, and .NET has no such
/// function for folders.
/// </summary>
internal static partial class FolderFlush
{
    /// <summary>Read only, and not inherited by processes that are started meanwhile.</summary>
    private static readonly int Flags = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <exception cref="IOException">The disk could not write.</exception>
    public static void Run(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, Flags);
        if (descriptor < 0)
        {
            throw Failed(folder);
        }

        try
        {
            if (Synchronize(descriptor) != 0)
            {
                throw Failed(folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string folder) => new(
        $"The file was renamed, but the folder '{folder}' could not be flushed: {Marshal.GetLastPInvokeErrorMessage()}. "
        + "A loss of power can undo the rename.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
