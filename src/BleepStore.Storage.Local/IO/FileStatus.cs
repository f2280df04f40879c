namespace BleepStore.Storage.Local.IO;

/// <summary>The properties of a file or folder.</summary>
internal readonly struct FileStatus
{
    private readonly FileTime _modified;
    private readonly FileTime _changed;
    private readonly FileTime _born;
    private readonly uint _links;
    private readonly EntryKind _kind;
    private readonly bool _isLink;

    /// <param name="kind">Whether the entry is a file or a folder.</param>
    /// <param name="isLink">Whether the entry is a symbolic link or another kind of link to a path.</param>
    /// <param name="links">How many names the file has.</param>
    /// <param name="size">The size, in bytes.</param>
    /// <param name="device">The number of the file system.</param>
    /// <param name="inode">The number of the file in its file system.</param>
    /// <param name="modified">When the bytes changed.</param>
    /// <param name="changed">When anything about the file changed.</param>
    /// <param name="born">When the file was made. The default where the file system does not tell.</param>
    public FileStatus(
        EntryKind kind, bool isLink, uint links, long size, ulong device, ulong inode, FileTime modified, FileTime changed, FileTime born)
    {
        _kind = kind;
        _isLink = isLink;
        _links = links;
        Size = size;
        Device = device;
        Inode = inode;
        _modified = modified;
        _changed = changed;
        _born = born;
    }

    public bool IsFile => _kind == EntryKind.File;

    public bool IsFolder => _kind == EntryKind.Folder;

    public bool IsLink => _isLink;

    /// <summary>Whether the file has no name any more, and exists only for those who have it open.</summary>
    public bool IsGone => _links == 0;

    /// <summary>
    /// The number of the file in its file system. It is the inode on Unix and the file id on Windows. No file has the number 0.
    /// </summary>
    public ulong Inode { get; }

    /// <summary>The number of the file system.</summary>
    public ulong Device { get; }

    /// <summary>The size, in bytes.</summary>
    public long Size { get; }

    /// <summary>When the bytes changed, in nanoseconds since 1970.</summary>
    public long Modified => _modified.Nanoseconds;

    /// <summary>When anything about the file changed, in nanoseconds since 1970. Users cannot set it.</summary>
    public long Changed => _changed.Nanoseconds;

    public DateTimeOffset LastModified => _modified.ToDate();

    /// <summary>When the file was made, in nanoseconds since 1970. 0 where the file system does not tell. Users cannot set it.</summary>
    public long Born => _born.Nanoseconds;

    /// <summary>When the file was made, if the file system knows.</summary>
    public DateTimeOffset? CreatedAt => _born == default ? null : _born.ToDate();

    /// <summary>Whether both are one file or folder, by whatever names they were reached.</summary>
    public bool IsSameFile(in FileStatus other) => Inode == other.Inode && Device == other.Device;
}
