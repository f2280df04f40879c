using System.Runtime.InteropServices;

namespace BleepStore.Storage.Local.Native;

/// <summary><c>struct statx</c>: the same on every architecture, unlike <c>struct stat</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    private const int TypeMask = 0xF000;
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

    public readonly bool IsFile => (_mode & TypeMask) == 0x8000;

    public readonly bool IsFolder => (_mode & TypeMask) == 0x4000;

    public readonly bool IsLink => (_mode & TypeMask) == 0xA000;

    /// <summary>Whether it has no name any more, and is there for those who have it open.</summary>
    public readonly bool IsGone => _links == 0;

    /// <summary>Whether both are one file or folder, by whatever names they were reached.</summary>
    public readonly bool IsSameFile(in FileStatus other) => _inode == other._inode && _device == other._device;

    public readonly ulong Inode => _inode;

    public readonly ulong Device => _device;

    public readonly long Size => (long)_size;

    /// <summary>When the bytes changed, in nanoseconds since 1970.</summary>
    public readonly long Modified => _modified.Nanoseconds;

    /// <summary>When anything about the file changed, in nanoseconds since 1970. Users cannot set it.</summary>
    public readonly long Changed => _changed.Nanoseconds;

    public readonly DateTimeOffset LastModified => _modified.ToDate();

    /// <summary>When the file was made, in nanoseconds since 1970. 0 where the file system does not tell. Users cannot set it.</summary>
    public readonly long Born => (_mask & HasBirthTime) != 0 ? _born.Nanoseconds : 0;

    /// <summary>When it was made, where the file system knows.</summary>
    public readonly DateTimeOffset? CreatedAt => (_mask & HasBirthTime) != 0 ? _born.ToDate() : null;

    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private readonly struct TimeStamp
    {
        /// <summary>The first and the last second of <see cref="DateTimeOffset"/>, since 1970.</summary>
        private const long FirstSecond = -62_135_596_800;
        private const long LastSecond = 253_402_300_799;

        [FieldOffset(0)]
        private readonly long _seconds;

        [FieldOffset(8)]
        private readonly uint _nanoseconds;

        public readonly long Nanoseconds => (_seconds * 1_000_000_000) + _nanoseconds;

        /// <summary>Some file systems have times that no date of .NET can be. They become the first or the last one.</summary>
        public readonly DateTimeOffset ToDate() => _seconds switch
        {
            < FirstSecond => DateTimeOffset.MinValue,
            > LastSecond => DateTimeOffset.MaxValue,
            _ => DateTimeOffset.UnixEpoch.AddSeconds(_seconds).AddTicks(_nanoseconds / TimeSpan.NanosecondsPerTick),
        };
    }
}
