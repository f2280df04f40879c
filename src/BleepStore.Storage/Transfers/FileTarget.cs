using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers;

/// <summary>
/// A file in the making. It has a temporary name beside its target until all its bytes are on the disk. A download that can be resumed has
/// a journal, and its temporary file stays when the download fails.
/// </summary>
internal sealed class FileTarget : IDisposable
{
    /// <summary>Without the bits by which a program runs as its owner.</summary>
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;

    private readonly string _target;
    private readonly string _folder;
    private readonly string _temporary;
    private readonly bool _overwrites;
    private readonly DownloadJournal? _journal;
    private bool _isDone;

    private FileTarget(string target, bool overwrites, string temporary, DownloadJournal? journal, SafeFileHandle handle)
    {
        _target = target;
        _folder = Path.GetDirectoryName(target)!;
        _overwrites = overwrites;
        _temporary = temporary;
        _journal = journal;
        Handle = handle;
        KeepPermissions(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public SafeFileHandle Handle { get; }

    /// <summary>Refuses, before any request, a path that no file can have.</summary>
    /// <exception cref="IOException">It names a folder or a device, or a file that may not be overwritten.</exception>
    public static string Check(string path, bool overwrites)
    {
        string target = Path.GetFullPath(path);
        if (Path.EndsInDirectorySeparator(target) || Directory.Exists(target))
        {
            throw new IOException($"'{target}' is a folder. Name the file to write.");
        }

        if (Path.GetDirectoryName(target) is { } folder)
        {
            RequireFolder(folder);
        }

        if (SpecialFiles.Is(target))
        {
            throw new IOException(
                $"'{target}' is a device, a pipe or a socket. A file would take its place. Name a file, or use DownloadToAsync.");
        }

        if (!overwrites && File.Exists(target))
        {
            throw new IOException($"The file '{target}' already exists. Allow it to be overwritten, or use another name.");
        }

        return target;
    }

    /// <summary>A folder that may not be entered is another failure than one that does not exist.</summary>
    private static void RequireFolder(string folder)
    {
        try
        {
            _ = File.GetAttributes(folder);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist. Create it, or choose another folder.", error);
        }
    }

    /// <summary>Creates the temporary file with space for all bytes, or opens the file that an earlier download left.</summary>
    /// <param name="target">The result of <see cref="Check"/>.</param>
    /// <param name="overwrites">Whether an existing target is replaced.</param>
    /// <param name="identity">The identity of the download.</param>
    /// <param name="journal">The journal of an earlier download. It starts again unless that was of the same object.</param>
    /// <param name="makesRoom">Whether a new file gets its space and its length at once. A single range needs neither.</param>
    /// <exception cref="IOException">The folder does not exist, or the disk has too little space.</exception>
    public static FileTarget Open(string target, bool overwrites, DownloadIdentity identity, DownloadJournal? journal, bool makesRoom)
    {
        if (journal is null)
        {
            string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".bleepstore-{Guid.NewGuid():N}.tmp");
            SafeFileHandle file = makesRoom ? Create(temporary, identity.Size) : Open(temporary, FileMode.CreateNew, size: 0);
            return new FileTarget(target, overwrites, temporary, journal, file);
        }

        var left = new FileInfo(journal.PartPath);
        if (journal.Identity == identity && left.Exists && left.Length == identity.Size)
        {
            return new FileTarget(target, overwrites, left.FullName, journal, Open(left.FullName, FileMode.Open, size: 0));
        }

        left.Delete();
        SafeFileHandle made = Create(left.FullName, identity.Size);
        try
        {
            journal.Begin(identity);
            return new FileTarget(target, overwrites, left.FullName, journal, made);
        }
        catch
        {
            made.Dispose();
            if (journal.Identity is null)
            {
                // No later call would use the bytes.
                TemporaryFiles.TryDelete(left.FullName);
            }

            throw;
        }
    }

    /// <summary>Brings a range of a download that has a journal to the disk, and notes it there. Waits for the disk. Thread-safe.</summary>
    /// <param name="at">The range's number, from 0.</param>
    /// <param name="md5">Its MD5, in hexadecimal digits.</param>
    public void Keep(int at, string md5)
    {
        RandomAccess.FlushToDisk(Handle);
        _journal!.Add(at, md5);
    }

    /// <summary>Flushes the bytes and gives the file its name.</summary>
    /// <param name="flushesFolder">Whether the name is flushed, too.</param>
    public void Commit(bool flushesFolder)
    {
        KeepPermissions(UnixFileMode.None);
        RandomAccess.FlushToDisk(Handle);
        Handle.Dispose();
        File.Move(_temporary, _target, _overwrites);
        _isDone = true;
        _journal?.Clear();
        if (flushesFolder)
        {
            FolderFlush.Run(_folder);
        }
    }

    /// <summary>The bytes are wrong, so they must not be used again.</summary>
    public void Discard()
    {
        _isDone = true;
        Handle.Dispose();
        TemporaryFiles.TryDelete(_temporary);
        _journal?.Clear();
    }

    public void Dispose()
    {
        Handle.Dispose();
        if (!_isDone && _journal is null)
        {
            TemporaryFiles.TryDelete(_temporary);
        }
    }

    /// <summary>Gives the new file the permissions of the file that it will replace, before its first byte.</summary>
    /// <param name="besides">Additional permissions that a resumable download needs.</param>
    private void KeepPermissions(UnixFileMode besides)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(_target))
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(Handle, (File.GetUnixFileMode(_target) & Permissions) | besides);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file was deleted meanwhile, or its file system has no permissions.
        }
    }

    /// <summary>Makes a file with room for all bytes. Only the length tells later that no range was cut off.</summary>
    private static SafeFileHandle Create(string path, long size)
    {
        SafeFileHandle file = Open(path, FileMode.CreateNew, size);
        try
        {
            // Some systems reserve space without making the file longer.
            RandomAccess.SetLength(file, size);
            return file;
        }
        catch
        {
            file.Dispose();
            TemporaryFiles.TryDelete(path);
            throw;
        }
    }

    private static SafeFileHandle Open(string path, FileMode mode, long size) =>
        File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.None, FileOptions.Asynchronous, size);
}
