using System.Runtime.InteropServices;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Native;

/// <summary><c>struct statx</c>. Unlike <c>struct stat</c> it is the same on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal readonly struct StatX
{
    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;
    private const int File = 0x8000;
    private const int Link = 0xA000;
    private const uint HasBirthTime = 0x800;

    [FieldOffset(0)]
    private readonly uint _mask;

    [FieldOffset(16)]
    private readonly uint _links;

    [FieldOffset(28)]
    private readonly ushort _mode;

    [FieldOffset(32)]
    private readonly ulong _inode;

    [FieldOffset(40)]
    private readonly ulong _size;

    [FieldOffset(80)]
    private readonly TimeStamp _born;

    [FieldOffset(96)]
    private readonly TimeStamp _changed;

    [FieldOffset(112)]
    private readonly TimeStamp _modified;

    [FieldOffset(136)]
    private readonly ulong _device;

    public bool IsLink => (_mode & TypeMask) == Link;

    public EntryKind Kind => (_mode & TypeMask) switch
    {
        File => EntryKind.File,
        Folder => EntryKind.Folder,
        _ => EntryKind.Other,
    };

    public FileStatus ToStatus()
    {
        FileTime born = (_mask & HasBirthTime) != 0 ? _born.ToTime() : default;
        return new FileStatus(Kind, IsLink, _links, (long)_size, _device, _inode, _modified.ToTime(), _changed.ToTime(), born);
    }

    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private readonly struct TimeStamp
    {
        [FieldOffset(0)]
        private readonly long _seconds;

        [FieldOffset(8)]
        private readonly uint _nanoseconds;

        public FileTime ToTime() => new(_seconds, _nanoseconds);
    }
}
