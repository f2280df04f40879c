using System.IO.Enumeration;
using System.Runtime.InteropServices;
using BleepStore.Storage.Local.IO;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Managed;

/// <summary>Windows. The numbers are those of the Windows SDK's <c>winerror.h</c>, <c>winnt.h</c> and <c>winbase.h</c>.</summary>
internal sealed partial class WindowsHost : HostSystem
{
    /// <summary>The length from which the system accepts a path only with the prefix that disables its own rules.</summary>
    private const int LongPath = 240;

    private const long StepsPerSecond = 10_000_000;
    private const long SecondsTo1970 = 11_644_473_600;

    private const int FileNotFound = 2;
    private const int AccessDenied = 5;
    private const int SharingViolation = 32;
    private const int NotSupported = 50;
    private const int InvalidParameter = 87;

    /// <summary>A deleted file keeps its name until its last reader closes it, where the file system has no POSIX semantics.</summary>
    private const int DeletePending = 303;

    public override ulong MostOpenFiles => 65_536;

    /// <summary>File systems without POSIX semantics keep the name (FAT, network drives, Windows before 10 1709).</summary>
    public override bool KeepsDeletedNames => true;

    /// <summary>
    /// Separates the names by backslashes. The system treats a slash as part of a name in a path that begins with <c>\\?\</c>.
    /// </summary>
    public override string Join(string folder, string below) => $"{folder.TrimEnd('\\')}\\{below.Replace('/', '\\')}";

    public override DiskError Stat(string path, bool follows, out FileStatus status)
    {
        using SafeFileHandle file = Open(path, Win32.ReadAttributes, follows ? 0 : Win32.OpenLink);
        if (file.IsInvalid)
        {
            status = default;
            return LastError();
        }

        return Stat(file, out status);
    }

    public override DiskError Stat(SafeFileHandle file, out FileStatus status)
    {
        status = default;
        if (!Win32.GetFileInformationByHandle(file, out Win32.FileInformation information)
            || !Win32.GetBasicInformation(file, Win32.BasicInformation, out Win32.FileTimes times, Marshal.SizeOf<Win32.FileTimes>()))
        {
            return LastError();
        }

        // The file was deleted or replaced while it is open.
        bool isGone = Win32.GetStandardInformation(
            file, Win32.StandardInformation, out Win32.FileStandard standard, Marshal.SizeOf<Win32.FileStandard>())
            && standard.IsDeletePending != 0;
        bool isLink = (information.Attributes & (uint)FileAttributes.ReparsePoint) != 0 && IsLink(file);
        bool isFolder = (information.Attributes & (uint)FileAttributes.Directory) != 0;
        EntryKind kind = isLink ? EntryKind.Other : isFolder ? EntryKind.Folder : EntryKind.File;

        // NTFS gives a new file the time of birth of an earlier file that had its name in the last 15 seconds. So that time does not
        // distinguish files.
        status = new FileStatus(
            kind,
            isLink,
            isGone ? 0 : information.Links,
            ((long)information.SizeHigh << 32) | information.SizeLow,
            information.Volume,
            ((ulong)information.IdHigh << 32) | information.IdLow,
            TimeOf(times.Written),
            TimeOf(times.Changed),
            isFolder ? TimeOf(times.Created) : default);
        return DiskError.None;
    }

    /// <summary>
    /// Opens the file without access to its bytes, because the system compares only that access with the sharing of others.
    /// </summary>
    public override DiskError OpenToLook(string path, out SafeFileHandle? file)
    {
        SafeFileHandle opened = Open(path, Win32.ReadAttributes, Win32.OpenLink);
        DiskError error = opened.IsInvalid ? LastError() : DiskError.None;
        file = error == DiskError.None ? opened : null;
        return error;
    }

    public override DiskError MakeFolder(string path) => Result(Win32.CreateDirectory(Extended(path), 0));

    public override DiskError RemoveFile(string path) => Remove(path, isFolder: false, static name => Win32.DeleteFile(name));

    public override DiskError RemoveFolder(string path) =>
        Remove(path, isFolder: true, static name => Win32.RemoveDirectory(name));

    public override DiskError Link(string path, string to) => Result(Win32.CreateHardLink(Extended(to), Extended(path), 0));

    /// <summary>
    /// Replaces a file that readers hold open, if the file system supports that (NTFS from Windows 10 1709 on). On other file systems a
    /// reader prevents the replacement.
    /// </summary>
    public override DiskError Move(string path, string to)
    {
        DiskError error = MoveOverOpenFiles(path, Extended(to));
        if (error is DiskError.NotSupported or DiskError.Invalid)
        {
            error = Result(Win32.MoveFileEx(Extended(path), Extended(to), Win32.ReplaceExisting));
        }

        return error is DiskError.AccessDenied or DiskError.Exists ? ReasonOf(error, path, to) : error;
    }

    /// <summary>Finds out why a move was refused. The system has one error for many reasons.</summary>
    private DiskError ReasonOf(DiskError error, string path, string to)
    {
        DiskError found = Stat(to, follows: false, out FileStatus target);
        if (found == DiskError.None && target.IsFolder)
        {
            return DiskError.IsAFolder;
        }

        if (found == DiskError.None)
        {
            using SafeFileHandle file = Open(to, Win32.Delete, Win32.OpenLink);
            return file.IsInvalid && LastError() == DiskError.AccessDenied ? DiskError.AccessDenied : DiskError.HeldOpen;
        }

        // A folder cannot be moved while a file in it is open (MS-FSA 2.1.4.2).
        bool isHeld = Stat(path, follows: false, out FileStatus source) == DiskError.None
            && source.IsFolder
            && error == DiskError.AccessDenied;
        return isHeld ? DiskError.HeldOpen : error;
    }

    /// <summary>Does nothing, because Windows flushes no folders. NTFS keeps a journal of names.</summary>
    public override DiskError FlushFolder(string path) => DiskError.None;

    /// <summary>
    /// Sets the time of the last modification explicitly. Otherwise the system sets that time again when a written file is closed.
    /// </summary>
    public override void SettleTimes(SafeFileHandle file)
    {
        if (Win32.GetBasicInformation(file, Win32.BasicInformation, out Win32.FileTimes times, Marshal.SizeOf<Win32.FileTimes>()))
        {
            _ = Win32.SetFileTime(file, 0, 0, in times.Written);
        }
    }

    public override EntryKind? KindOf(ref FileSystemEntry entry) =>
        entry.Attributes.HasFlag(FileAttributes.ReparsePoint) ? KindOf(ref entry, entry.ToFullPath())
        : entry.IsDirectory ? EntryKind.Folder : EntryKind.File;

    /// <summary>
    /// Whether a reparse point is a link. Links stand for another name. Deduplicated files and files of cloud drives are reparse points,
    /// too.
    /// </summary>
    private static bool IsLink(SafeFileHandle file) =>
        !Win32.GetAttributeTag(file, Win32.AttributeTagInformation, out Win32.AttributeTag tag, Marshal.SizeOf<Win32.AttributeTag>())
        || (tag.Reparse & Win32.StandsForName) != 0;

    protected override DiskError ErrorOf(int result) => (result & 0xFFFF) switch
    {
        0 => DiskError.None,
        1 or NotSupported or 120 => DiskError.NotSupported,
        FileNotFound or 3 or 53 or 67 => DiskError.NotFound,
        4 => DiskError.ProcessHasTooManyFiles,
        AccessDenied => DiskError.AccessDenied,
        8 or 14 or 1450 => DiskError.OutOfMemory,
        17 => DiskError.OtherDisk,
        19 => DiskError.ReadOnly,
        21 or 1117 => DiskError.DiskFailed,
        SharingViolation or 33 or DeletePending or 1224 => DiskError.HeldOpen,
        39 or 112 => DiskError.DiskFull,
        80 or 183 => DiskError.Exists,
        InvalidParameter => DiskError.Invalid,
        121 => DiskError.TimedOut,
        123 => DiskError.InvalidName,
        145 => DiskError.NotEmpty,
        170 => DiskError.InUse,
        206 => DiskError.NameTooLong,
        223 => DiskError.FileTooLarge,
        267 => DiskError.NotAFolder,
        1142 => DiskError.TooManyLinks,
        1295 => DiskError.QuotaUsedUp,
        var other => (DiskError)(WindowsNumbers + other),
    };

    /// <summary>An offset for the numbers that have no name in <see cref="DiskError"/>, whose numbers are those of Linux.</summary>
    private const int WindowsNumbers = 100_000;

    /// <summary>Converts a time of a file, which counts steps of 100 ns since 1601.</summary>
    private static FileTime TimeOf(long time)
    {
        (long seconds, long steps) = Math.DivRem(time, StepsPerSecond);
        return time == 0 ? default : new FileTime(seconds - SecondsTo1970, (uint)(steps * 100));
    }

    private static string Extended(string path)
    {
        string full = path.Replace('/', '\\');
        return full.Length < LongPath || full.StartsWith(@"\\?\", StringComparison.Ordinal) ? full
            : full.StartsWith(@"\\", StringComparison.Ordinal) ? @"\\?\UNC\" + full[2..]
            : @"\\?\" + full;
    }

    private static SafeFileHandle Open(string path, uint access, uint flags) => Win32.CreateFile(
        Extended(path), access, Win32.ShareAll, 0, Win32.OpenExisting, flags | Win32.OpenFolders, 0);

    private DiskError MoveOverOpenFiles(string path, string to)
    {
        using SafeFileHandle file = Open(path, Win32.Delete | Win32.Synchronize, Win32.OpenLink);
        if (file.IsInvalid)
        {
            return LastError();
        }

        return WithOrWithout(Win32.RenameIgnoresReadOnly, Win32.RenameReplaces | Win32.RenamePosix, flags =>
        {
            byte[] rename = Win32.RenameOf(to, flags);
            return Result(Win32.SetInformation(file, Win32.RenameInformationEx, rename, rename.Length));
        });
    }

    /// <summary>Makes a call with a flag of Windows 10 1809, and again without the flag if an earlier version refuses it.</summary>
    /// <param name="newer">The flag.</param>
    /// <param name="flags">The other flags.</param>
    /// <param name="call">Makes the call.</param>
    internal static DiskError WithOrWithout(uint newer, uint flags, Func<uint, DiskError> call)
    {
        DiskError error = call(flags | newer);
        return error is DiskError.NotSupported or DiskError.Invalid ? call(flags) : error;
    }

    /// <summary>Removes the name at once, even while others have the file open, if the file system supports that.</summary>
    private DiskError Remove(string path, bool isFolder, Func<string, bool> removeOtherwise)
    {
        using (SafeFileHandle file = Open(path, Win32.Delete | Win32.ReadAttributes | Win32.Synchronize, Win32.OpenLink))
        {
            if (file.IsInvalid)
            {
                return LastError();
            }

            // The kind is checked first, because the next call would remove files and links as well.
            DiskError found = Stat(file, out FileStatus status);
            if (found != DiskError.None || status.IsFolder != isFolder)
            {
                return found != DiskError.None ? found : isFolder ? DiskError.NotAFolder : DiskError.IsAFolder;
            }

            DiskError error = WithOrWithout(Win32.DispositionIgnoresReadOnly, Win32.DispositionDelete | Win32.DispositionPosix, flags =>
            {
                byte[] disposition = BitConverter.GetBytes(flags);
                return Result(Win32.SetInformation(file, Win32.DispositionInformationEx, disposition, disposition.Length));
            });
            if (error is not (DiskError.NotSupported or DiskError.Invalid))
            {
                return error;
            }
        }

        return Result(removeOtherwise(Extended(path)));
    }

    private DiskError Result(bool succeeded) => succeeded ? DiskError.None : LastError();

    private DiskError LastError() => ErrorOf(Marshal.GetLastPInvokeError());
}
