using System.IO.Enumeration;
using BleepStore.Storage.Local.IO;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Managed;

/// <summary>
/// The calls of an operating system that the class library does not have, or does not answer precisely enough. Paths are absolute.
/// Thread-safe.
/// </summary>
internal abstract class HostSystem
{
    /// <summary>How many files a process may have open.</summary>
    public abstract ulong MostOpenFiles { get; }

    /// <summary>Returns the properties of a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follows">Whether a link at the end of the path is followed.</param>
    /// <param name="status">The properties.</param>
    public abstract DiskError Stat(string path, bool follows, out FileStatus status);

    /// <summary>Returns the properties of an open file.</summary>
    public abstract DiskError Stat(SafeFileHandle file, out FileStatus status);

    public abstract DiskError MakeFolder(string path);

    public abstract DiskError RemoveFile(string path);

    /// <summary>Removes an empty folder.</summary>
    public abstract DiskError RemoveFolder(string path);

    /// <summary>Gives a file another name.</summary>
    public abstract DiskError Link(string path, string to);

    /// <summary>Moves a file over what has the new name, or a folder to a free name, in one step.</summary>
    public abstract DiskError Move(string path, string to);

    /// <summary>Brings a folder's entries to the disk, where the system can do it.</summary>
    public abstract DiskError FlushFolder(string path);

    /// <summary>Keeps an attribute with a file. <see cref="DiskError.NotSupported"/> where files have none.</summary>
    public virtual DiskError SetAttribute(SafeFileHandle file, string name, ReadOnlySpan<byte> value) => DiskError.NotSupported;

    /// <summary>Reads an attribute, with the answers of <see cref="DiskFile.GetAttribute"/>.</summary>
    public virtual DiskError GetAttribute(SafeFileHandle file, string name, Span<byte> buffer, out int size)
    {
        size = 0;
        return DiskError.NotSupported;
    }

    /// <summary>Makes sure that the time of the last modification stays as it is when a written file is closed.</summary>
    public abstract void SettleTimes(SafeFileHandle file);

    /// <summary>What an entry is, without following it. <see langword="null"/> when it is gone.</summary>
    public abstract EntryKind? KindOf(ref FileSystemEntry entry);

    /// <summary>The error that an exception of the class library stands for.</summary>
    /// <param name="error">An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
    public DiskError ErrorOf(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => DiskError.NotFound,
        PathTooLongException => DiskError.NameTooLong,
        UnauthorizedAccessException { InnerException: IOException inner } => ErrorOf(inner),
        UnauthorizedAccessException => DiskError.AccessDenied,
        _ => ErrorOf(error.HResult),
    };

    /// <summary>The error that the number in an exception stands for.</summary>
    protected abstract DiskError ErrorOf(int result);
}
