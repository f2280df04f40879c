using System.IO.Enumeration;
using BleepStore.Storage.Local.IO;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Managed;

/// <summary>
/// The calls of an operating system that the class library lacks, or whose results it reports too vaguely. Paths are absolute. Thread-safe.
/// </summary>
internal abstract class HostSystem
{
    /// <summary>How many files a process may have open.</summary>
    public abstract ulong MostOpenFiles { get; }

    /// <summary>
    /// Whether a deleted file can keep its name until its last reader closes it. Nobody can open or replace the file in that time.
    /// </summary>
    public virtual bool KeepsDeletedNames => false;

    /// <summary>Prepares the process. Called each time before a root is opened.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Joins the path of a folder and a path below it.</summary>
    /// <param name="folder">An absolute path.</param>
    /// <param name="below">Names with slashes between.</param>
    public virtual string Join(string folder, string below) => Path.Join(folder, below);

    /// <summary>Returns the properties of a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follows">Whether a link at the end of the path is followed.</param>
    /// <param name="status">The properties.</param>
    public abstract DiskError Stat(string path, bool follows, out FileStatus status);

    /// <summary>Returns the properties of an open file.</summary>
    public abstract DiskError Stat(SafeFileHandle file, out FileStatus status);

    /// <summary>
    /// Opens a file for its properties and attributes alone. Another program can have the file open exclusively. Follows no link and waits
    /// for no pipe.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="file">The file. <see langword="null"/> after an error.</param>
    public abstract DiskError OpenToLook(string path, out SafeFileHandle? file);

    public abstract DiskError MakeFolder(string path);

    public abstract DiskError RemoveFile(string path);

    /// <summary>Removes an empty folder.</summary>
    public abstract DiskError RemoveFolder(string path);

    /// <summary>Gives a file another name.</summary>
    public abstract DiskError Link(string path, string to);

    /// <summary>Moves a file or folder in one step. A file replaces the file that has the new name. A folder needs a free name.</summary>
    public abstract DiskError Move(string path, string to);

    /// <summary>Flushes a file's bytes and attributes to the disk.</summary>
    public virtual DiskError Flush(SafeFileHandle file)
    {
        try
        {
            RandomAccess.FlushToDisk(file);
            return DiskError.None;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ErrorOf(error);
        }
    }

    /// <summary>Flushes a folder's entries to the disk, if the system supports that.</summary>
    public abstract DiskError FlushFolder(string path);

    /// <summary>Sets an attribute of a file. Returns <see cref="DiskError.NotSupported"/> if files have no attributes.</summary>
    public virtual DiskError SetAttribute(SafeFileHandle file, string name, ReadOnlySpan<byte> value) => DiskError.NotSupported;

    /// <summary>Reads an attribute, with the results of <see cref="DiskFile.GetAttribute"/>.</summary>
    public virtual DiskError GetAttribute(SafeFileHandle file, string name, Span<byte> buffer, out int size)
    {
        size = 0;
        return DiskError.NotSupported;
    }

    /// <summary>Ensures that the time of the last modification stays the same when a written file is closed.</summary>
    public abstract void SettleTimes(SafeFileHandle file);

    /// <summary>Returns the kind of an entry without following links. <see langword="null"/> when the entry is gone.</summary>
    public abstract EntryKind? KindOf(ref FileSystemEntry entry);

    /// <summary>
    /// Returns the kind of an entry by a call of its own. An entry that the call cannot reach keeps the kind that its folder shows, so the
    /// opening of the entry reports the error. An entry whose path is too long holds nothing that a key can name.
    /// </summary>
    protected EntryKind? KindOf(ref FileSystemEntry entry, string path) => Stat(path, follows: false, out FileStatus status) switch
    {
        DiskError.None when status.IsFile => EntryKind.File,
        DiskError.None when status.IsFolder => EntryKind.Folder,
        DiskError.None or DiskError.NameTooLong => EntryKind.Other,
        DiskError.NotFound => null,
        _ => entry.IsDirectory ? EntryKind.Folder : EntryKind.File,
    };

    /// <summary>Returns the error behind an exception of the class library.</summary>
    /// <param name="error">An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
    public DiskError ErrorOf(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => DiskError.NotFound,
        PathTooLongException => DiskError.NameTooLong,
        UnauthorizedAccessException { InnerException: IOException inner } => ErrorOf(inner),
        UnauthorizedAccessException => DiskError.AccessDenied,
        _ => ErrorOf(error.HResult),
    };

    /// <summary>Returns the error behind the number in an exception.</summary>
    protected abstract DiskError ErrorOf(int result);
}
