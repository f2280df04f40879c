using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace BleepStore.Storage.Transfers;

/// <summary>
/// The system's data about a file. On Linux it includes the kind of the file and its inode number, which .NET does not report. Elsewhere
/// every file counts as regular, with the number 0.
/// </summary>
/// <param name="Kind">The kind.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Modified">The time of its last change, in ticks (UTC).</param>
/// <param name="Number">The number of its inode.</param>
/// <param name="Device">The number of its file system.</param>
internal readonly partial record struct FileStatus(FileKind Kind, long Size, long Modified, ulong Number, ulong Device)
{
    private const int CurrentFolder = -100;
    private const int KeepLinks = 0x100;
    private const uint Basic = 0x7FF;
    private const int StatusSize = 256;
    private const int ModeOffset = 28;
    private const int NumberOffset = 32;
    private const int SizeOffset = 40;
    private const int ModifiedOffset = 112;
    private const int DeviceOffset = 136;
    private const int TypeBits = 0xF000;

    /// <param name="path">The path.</param>
    /// <param name="followsLink">Whether a link at the end of the path is followed.</param>
    /// <returns><see langword="null"/> where nothing is there, or where the system does not tell.</returns>
    public static FileStatus? Of(string path, bool followsLink)
    {
        if (!OperatingSystem.IsLinux())
        {
            return OfInfo(path, followsLink);
        }

        Span<byte> status = stackalloc byte[StatusSize];
        try
        {
            if (Read(CurrentFolder, path, followsLink ? 0 : KeepLinks, Basic, status) != 0)
            {
                return null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // musl has the call since version 1.2.5.
            return OfInfo(path, followsLink);
        }

        long seconds = BinaryPrimitives.ReadInt64LittleEndian(status[ModifiedOffset..]);
        uint nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(status[(ModifiedOffset + sizeof(long))..]);
        return new FileStatus(
            KindOf(BinaryPrimitives.ReadUInt16LittleEndian(status[ModeOffset..])),
            BinaryPrimitives.ReadInt64LittleEndian(status[SizeOffset..]),
            DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / TimeSpan.NanosecondsPerTick),
            BinaryPrimitives.ReadUInt64LittleEndian(status[NumberOffset..]),
            BinaryPrimitives.ReadUInt64LittleEndian(status[DeviceOffset..]));
    }

    private static FileKind KindOf(int mode) => (mode & TypeBits) switch
    {
        0x8000 => FileKind.File,
        0x4000 => FileKind.Folder,
        0xA000 => FileKind.Link,
        _ => FileKind.Special,
    };

    private static FileStatus? OfInfo(string path, bool followsLink)
    {
        FileSystemInfo info = new FileInfo(path);
        if (info.LinkTarget is not null)
        {
            if (!followsLink)
            {
                return new FileStatus(FileKind.Link, 0, info.LastWriteTimeUtc.Ticks, 0, 0);
            }

            info = info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
        }

        return info is FileInfo { Exists: true } file
            ? new FileStatus(FileKind.File, file.Length, file.LastWriteTimeUtc.Ticks, 0, 0)
            : Directory.Exists(info.FullName) ? new FileStatus(FileKind.Folder, 0, info.LastWriteTimeUtc.Ticks, 0, 0) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Read(int folder, string path, int flags, uint mask, Span<byte> status);
}
