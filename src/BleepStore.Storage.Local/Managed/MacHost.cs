using System.Runtime.InteropServices;
using BleepStore.Storage.Local.IO;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Managed;

/// <summary>macOS. The numbers are those of its headers <c>sys/errno.h</c>, <c>sys/resource.h</c> and <c>sys/stat.h</c>.</summary>
internal sealed partial class MacHost : UnixHost
{
    private const string Library = "libc";
    private const int OpenFiles = 8;
    private const int FullSync = 51;

    /// <summary>ENOTTY.</summary>
    private const DiskError UnknownControl = (DiskError)25;

    /// <summary>
    /// Whether the processor is from Intel. The functions without the suffix in their names return an older form of the structure there.
    /// </summary>
    private static readonly bool IsIntel = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>O_CLOEXEC, O_NOFOLLOW and O_NONBLOCK of <c>sys/fcntl.h</c>.</summary>
    protected override int LookFlags => 0x0100_0000 | 0x100 | 0x4;

    public override ulong MostOpenFiles { get; } = GetRLimit(OpenFiles, out Limit limit) == 0 ? limit.Current : ulong.MaxValue;

    public override DiskError Stat(string path, bool follows, out FileStatus status)
    {
        MacStatus found;
        int result = (follows, IsIntel) switch
        {
            (true, true) => StatIntel(path, out found),
            (true, false) => Stat(path, out found),
            (false, true) => LStatIntel(path, out found),
            (false, false) => LStat(path, out found),
        };
        status = found.ToStatus();
        return Result(result);
    }

    public override DiskError Stat(SafeFileHandle file, out FileStatus status)
    {
        int result = IsIntel ? FStatIntel(file, out MacStatus found) : FStat(file, out found);
        status = found.ToStatus();
        return Result(result);
    }

    public override DiskError SetAttribute(SafeFileHandle file, string name, ReadOnlySpan<byte> value) =>
        Result(FSetXAttr(file, name, value, value.Length, 0, 0));

    public override DiskError GetAttribute(SafeFileHandle file, string name, Span<byte> buffer, out int size)
    {
        nint result = FGetXAttr(file, name, buffer, buffer.Length, 0, 0);
        size = (int)Math.Max(result, 0);
        return Result((int)result);
    }

    /// <summary>
    /// Flushes bytes and names from the disk's own cache with the only call that does so (page <c>fsync(2)</c>). If a file system does not
    /// know the call, the usual call is made.
    /// </summary>
    public override DiskError Flush(SafeFileHandle file)
    {
        DiskError error = Uninterrupted(() => FCntl(file, FullSync));
        return IsUnknownCall(error) ? base.Flush(file) : error;
    }

    /// <summary>Whether an error means that the file system does not know a call. Any other error means that the call failed.</summary>
    internal static bool IsUnknownCall(DiskError error) => error is DiskError.NotSupported or DiskError.Invalid or UnknownControl;

    protected override DiskError ErrorOf(int result) => result switch
    {
        0 => DiskError.None,
        <= 34 => (DiskError)result,
        35 => DiskError.WouldBlock,
        45 or 102 => DiskError.NotSupported,
        60 => DiskError.TimedOut,
        62 => DiskError.IsALink,
        63 => DiskError.NameTooLong,
        66 => DiskError.NotEmpty,
        69 => DiskError.QuotaUsedUp,
        70 => DiskError.Stale,
        77 => DiskError.NoLocks,
        78 => DiskError.NotThere,
        92 => DiskError.InvalidName,
        93 => DiskError.NoAttribute,
        _ => (DiskError)(MacNumbers + result),
    };

    /// <summary>
    /// An offset for the numbers that have another meaning on Linux. The numbers of <see cref="DiskError"/> are those of Linux.
    /// </summary>
    private const int MacNumbers = 20_000;

    [LibraryImport(Library, EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, out MacStatus status);

    [LibraryImport(Library, EntryPoint = "stat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatIntel(string path, out MacStatus status);

    [LibraryImport(Library, EntryPoint = "lstat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LStat(string path, out MacStatus status);

    [LibraryImport(Library, EntryPoint = "lstat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LStatIntel(string path, out MacStatus status);

    [LibraryImport(Library, EntryPoint = "fstat", SetLastError = true)]
    private static partial int FStat(SafeHandle file, out MacStatus status);

    [LibraryImport(Library, EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int FStatIntel(SafeHandle file, out MacStatus status);

    [LibraryImport(Library, EntryPoint = "fsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FSetXAttr(SafeHandle file, string name, ReadOnlySpan<byte> value, nint size, uint position, int options);

    [LibraryImport(Library, EntryPoint = "fgetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FGetXAttr(SafeHandle file, string name, Span<byte> value, nint size, uint position, int options);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FCntl(SafeHandle file, int command);

    [LibraryImport(Library, EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetRLimit(int resource, out Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limit
    {
        public readonly ulong Current;
        public readonly ulong Most;
    }
}
