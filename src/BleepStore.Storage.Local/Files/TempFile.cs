using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>A file that is being written where nobody sees it. Unless it is moved into place it goes when this is disposed.</summary>
internal sealed class TempFile : IDisposable
{
    private SafeFileHandle _folder;
    private string _name;
    private bool _isStaged;
    private bool _isDisposed;

    private TempFile(Workspace workspace)
    {
        _folder = workspace.Folder;
        _name = workspace.NewName();
        LocalErrors.Check(Posix.Open(_folder, _name, OpenFlags.New, out SafeFileHandle handle), "Making a temporary file");
        Handle = handle;
    }

    /// <summary>Makes a file, when fewer writes than the bound are at work.</summary>
    public static async Task<TempFile> MakeAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        await WriteSlots.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return new TempFile(workspace);
        }
        catch
        {
            WriteSlots.Release();
            throw;
        }
    }

    public SafeFileHandle Handle { get; }

    /// <summary>Whether it is in its place.</summary>
    public bool IsPlaced { get; private set; }

    /// <summary>
    /// Moves the file to where it waits for its place, over what waits there. Disposing then leaves the name, which means something there,
    /// and gives back the room alone.
    /// </summary>
    /// <param name="folder">The folder; it must stay open for as long as this.</param>
    /// <param name="name">The name in it.</param>
    public int Stage(SafeFileHandle folder, string name)
    {
        int error = Move(folder, name);
        if (error == Errno.None)
        {
            (_folder, _name, _isStaged) = (folder, name, true);
        }

        return error;
    }

    /// <summary>Moves the file into its place, over what is there, in one step.</summary>
    public int MoveTo(SafeFileHandle folder, string name)
    {
        int error = Move(folder, name);
        IsPlaced |= error == Errno.None;
        return error;
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!IsPlaced && _isStaged)
        {
            _ = Posix.Truncate(Handle);
        }
        else if (!IsPlaced && !_folder.IsClosed)
        {
            _ = Posix.Unlink(_folder, _name);
        }

        Handle.Dispose();
        WriteSlots.Release();
    }

    /// <exception cref="StorageException">The file was deleted: by a cleaner (<see cref="StorageErrorCode.ServiceUnavailable"/>), or with
    /// the upload that it waits in (<see cref="StorageErrorCode.NoSuchUpload"/>).</exception>
    private int Move(SafeFileHandle folder, string name)
    {
        int error = Posix.Rename(_folder, _name, folder, name);
        if (error == Errno.ENOENT && Posix.Stat(Handle, out FileStatus status) == Errno.None && status.IsGone)
        {
            throw _isStaged ? LocalErrors.NoSuchUpload() : LocalErrors.TemporaryLost();
        }

        return error;
    }
}
