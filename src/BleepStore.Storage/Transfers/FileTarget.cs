using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers;

/// <summary>A file in the making. It has a temporary name beside its target until all its bytes are on the disk.</summary>
internal sealed class FileTarget : IDisposable
{
    /// <summary>Without the bits by which a program runs as its owner.</summary>
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;

    private readonly string _target;
    private readonly string _folder;
    private readonly string _temporary;
    private readonly bool _overwrites;
    private bool _isDone;

    private FileTarget(string target, string folder, bool overwrites, long size)
    {
        _target = target;
        _folder = folder;
        _overwrites = overwrites;
        _temporary = Path.Combine(folder, $".bleepstore-{Guid.NewGuid():N}.tmp");
        Handle = File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.Asynchronous, size);
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

        if (SpecialFiles.Is(target))
        {
            throw new IOException(
                $"'{target}' is a device, a pipe or a socket. A file would take its place. Name a file, or use DownloadToAsync.");
        }

        if (!overwrites && File.Exists(target))
        {
            throw new IOException($"The file '{target}' is there already. Allow it to be overwritten, or name another.");
        }

        return target;
    }

    /// <summary>Makes the temporary file, with room for all bytes.</summary>
    /// <param name="target">What <see cref="Check"/> returned.</param>
    /// <param name="overwrites">Whether a target that is there is replaced.</param>
    /// <param name="size">How many bytes will come.</param>
    /// <exception cref="IOException">The folder is not there, or the disk has not so much room.</exception>
    public static FileTarget Create(string target, bool overwrites, long size)
    {
        var file = new FileTarget(target, Path.GetDirectoryName(target)!, overwrites, size);
        file.KeepPermissions();
        return file;
    }

    /// <summary>Gives the new file the permissions of the file that it will replace, before its first byte.</summary>
    private void KeepPermissions()
    {
        if (OperatingSystem.IsWindows() || !File.Exists(_target))
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(Handle, File.GetUnixFileMode(_target) & Permissions);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file has gone meanwhile, or its file system has no permissions.
        }
    }

    /// <summary>Flushes the bytes, gives the file its name, and flushes the name.</summary>
    public void Commit()
    {
        RandomAccess.FlushToDisk(Handle);
        Handle.Dispose();
        File.Move(_temporary, _target, _overwrites);
        _isDone = true;
        FolderFlush.Run(_folder);
    }

    public void Dispose()
    {
        Handle.Dispose();
        if (_isDone)
        {
            return;
        }

        try
        {
            File.Delete(_temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The failure of the transfer is the one to tell. The temporary file stays.
        }
    }
}
