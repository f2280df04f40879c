using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace BleepStore.Storage.Transfers;

/// <summary>Recognises devices, pipes and sockets, which .NET does not tell from files. Outside of Linux it recognises none.</summary>
internal static partial class SpecialFiles
{
    private const int CurrentFolder = -100;
    private const int FollowLinks = 0;
    private const uint TypeOnly = 1;
    private const int StatusSize = 256;
    private const int ModeOffset = 28;
    private const int TypeBits = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;

    /// <summary>Whether a path leads to something that is neither a file nor a folder.</summary>
    /// <param name="path">The path. A link is followed.</param>
    /// <returns><see langword="false"/> where nothing is there, or where nobody can tell.</returns>
    public static bool Is(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        Span<byte> status = stackalloc byte[StatusSize];
        try
        {
            if (Read(CurrentFolder, path, FollowLinks, TypeOnly, status) != 0)
            {
                return false;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // musl has the call from version 1.2.5 on.
            return false;
        }

        return (BinaryPrimitives.ReadUInt16LittleEndian(status[ModeOffset..]) & TypeBits) is not (RegularFile or Folder);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Read(int folder, string path, int flags, uint mask, Span<byte> status);
}
