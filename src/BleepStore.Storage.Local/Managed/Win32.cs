using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Managed;

/// <summary>The calls of Windows that the class library lacks.</summary>
internal static partial class Win32
{
    internal const uint ReadAttributes = 0x80;
    internal const uint Delete = 0x1_0000;
    internal const uint Synchronize = 0x10_0000;
    internal const uint ShareAll = 7;
    internal const uint OpenExisting = 3;
    internal const uint OpenFolders = 0x0200_0000;
    internal const uint OpenLink = 0x0020_0000;
    internal const uint ReplaceExisting = 1;

    internal const int BasicInformation = 0;
    internal const int StandardInformation = 1;
    internal const int AttributeTagInformation = 9;
    internal const uint StandsForName = 0x2000_0000;
    internal const int DispositionInformationEx = 21;
    internal const int RenameInformationEx = 22;

    internal const uint RenameReplaces = 0x1;
    internal const uint RenamePosix = 0x2;
    internal const uint RenameIgnoresReadOnly = 0x40;
    internal const uint DispositionDelete = 0x1;
    internal const uint DispositionPosix = 0x2;
    internal const uint DispositionIgnoresReadOnly = 0x10;

    private const string Library = "kernel32";

    /// <summary>
    /// Builds a <c>FILE_RENAME_INFO</c>. It has the flags, the handle of a folder (none), the length of the name in bytes, and the name.
    /// The first two fields take the room of a handle each.
    /// </summary>
    internal static byte[] RenameOf(string to, uint flags)
    {
        int lengthAt = 2 * nint.Size;
        int nameAt = lengthAt + sizeof(uint);
        int length = Encoding.Unicode.GetByteCount(to);
        byte[] rename = new byte[nameAt + length + sizeof(char)];
        BinaryPrimitives.WriteUInt32LittleEndian(rename, flags);
        BinaryPrimitives.WriteInt32LittleEndian(rename.AsSpan(lengthAt), length);
        Encoding.Unicode.GetBytes(to, rename.AsSpan(nameAt));
        return rename;
    }

    [LibraryImport(Library, EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    internal static partial SafeFileHandle CreateFile(
        string path, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetFileInformationByHandle(SafeHandle file, out FileInformation information);

    [LibraryImport(Library, EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetBasicInformation(SafeHandle file, int kind, out FileTimes times, int size);

    [LibraryImport(Library, EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetStandardInformation(SafeHandle file, int kind, out FileStandard standard, int size);

    [LibraryImport(Library, EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetAttributeTag(SafeHandle file, int kind, out AttributeTag tag, int size);

    [LibraryImport(Library, EntryPoint = "SetFileInformationByHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetInformation(SafeHandle file, int kind, ReadOnlySpan<byte> information, int size);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetFileTime(SafeHandle file, nint created, nint read, in long written);

    [LibraryImport(Library, EntryPoint = "CreateDirectoryW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CreateDirectory(string path, nint security);

    [LibraryImport(Library, EntryPoint = "DeleteFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool DeleteFile(string path);

    [LibraryImport(Library, EntryPoint = "RemoveDirectoryW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool RemoveDirectory(string path);

    [LibraryImport(Library, EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CreateHardLink(string to, string path, nint security);

    [LibraryImport(Library, EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool MoveFileEx(string path, string to, uint flags);

    /// <summary><c>BY_HANDLE_FILE_INFORMATION</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 52)]
    internal readonly struct FileInformation
    {
        [FieldOffset(0)]
        public readonly uint Attributes;

        [FieldOffset(28)]
        public readonly uint Volume;

        [FieldOffset(32)]
        public readonly uint SizeHigh;

        [FieldOffset(36)]
        public readonly uint SizeLow;

        [FieldOffset(40)]
        public readonly uint Links;

        [FieldOffset(44)]
        public readonly uint IdHigh;

        [FieldOffset(48)]
        public readonly uint IdLow;
    }

    /// <summary><c>FILE_BASIC_INFO</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    internal readonly struct FileTimes
    {
        [FieldOffset(0)]
        public readonly long Created;

        [FieldOffset(16)]
        public readonly long Written;

        [FieldOffset(24)]
        public readonly long Changed;
    }

    /// <summary><c>FILE_ATTRIBUTE_TAG_INFO</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 8)]
    internal readonly struct AttributeTag
    {
        [FieldOffset(4)]
        public readonly uint Reparse;
    }

    /// <summary><c>FILE_STANDARD_INFO</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 24)]
    internal readonly struct FileStandard
    {
        [FieldOffset(16)]
        public readonly uint Links;

        [FieldOffset(20)]
        public readonly byte IsDeletePending;
    }
}
