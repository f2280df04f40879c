using System.Runtime.InteropServices;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Managed;

/// <summary><c>struct stat</c> with inodes of 64 bits.</summary>
[StructLayout(LayoutKind.Explicit, Size = 144)]
internal readonly struct MacStatus
{
    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;
    private const int File = 0x8000;
    private const int Link = 0xA000;

    [FieldOffset(0)]
    private readonly int _device;

    [FieldOffset(4)]
    private readonly ushort _mode;

    [FieldOffset(6)]
    private readonly ushort _links;

    [FieldOffset(8)]
    private readonly ulong _inode;

    [FieldOffset(48)]
    private readonly TimeStamp _modified;

    [FieldOffset(64)]
    private readonly TimeStamp _changed;

    [FieldOffset(80)]
    private readonly TimeStamp _born;

    [FieldOffset(96)]
    private readonly long _size;

    private EntryKind Kind => (_mode & TypeMask) switch
    {
        File => EntryKind.File,
        Folder => EntryKind.Folder,
        _ => EntryKind.Other,
    };

    public FileStatus ToStatus() => new(
        Kind,
        (_mode & TypeMask) == Link,
        _links,
        _size,
        (ulong)(uint)_device,
        _inode,
        _modified.ToTime(),
        _changed.ToTime(),
        _born.ToTime());

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeStamp
    {
        private readonly long _seconds;
        private readonly long _nanoseconds;

        public FileTime ToTime() => new(_seconds, (uint)_nanoseconds);
    }
}
