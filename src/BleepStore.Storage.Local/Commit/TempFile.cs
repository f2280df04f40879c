using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Commit;

/// <summary>A file that is being written where nobody sees it. Unless it is moved into place it goes when this is disposed.</summary>
internal sealed class TempFile : IDisposable
{
    private DiskFolder _folder;
    private string _name;
    private bool _isStaged;
    private bool _isDisposed;

    private TempFile(Workspace workspace)
    {
        _folder = workspace.Folder;
        _name = workspace.NewName();
        LocalErrors.Check(_folder.Open(_name, Opening.New, out DiskFile handle), "Making a temporary file");
        Handle = handle;
    }

    /// <summary>Makes a file, when fewer writes than the bound are at work.</summary>
    public static async Task<TempFile> MakeAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        await WriteSlots.TakeAsync(workspace.Layer, cancellationToken).ConfigureAwait(false);
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

    public DiskFile Handle { get; }

    /// <summary>Whether it is in its place.</summary>
    public bool IsPlaced { get; private set; }

    /// <summary>
    /// Moves the file to where it waits for its place, over what waits there. Disposing then leaves the name, which means something there,
    /// and gives back the room alone.
    /// </summary>
    /// <param name="folder">The folder; it must stay open for as long as this.</param>
    /// <param name="name">The name in it.</param>
    public DiskError Stage(DiskFolder folder, string name)
    {
        DiskError error = Move(folder, name);
        if (error == DiskError.None)
        {
            (_folder, _name, _isStaged) = (folder, name, true);
        }

        return error;
    }

    /// <summary>Moves the file into its place, over what is there, in one step.</summary>
    public DiskError MoveTo(DiskFolder folder, string name)
    {
        DiskError error = Move(folder, name);
        IsPlaced |= error == DiskError.None;
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
            _ = Handle.Truncate();
        }
        else if (!IsPlaced && !_folder.IsClosed)
        {
            _ = _folder.RemoveFile(_name);
        }

        Handle.Dispose();
        WriteSlots.Release();
    }

    /// <exception cref="StorageException">The file was deleted: by a cleaner (<see cref="StorageErrorCode.ServiceUnavailable"/>), or with
    /// the upload that it waits in (<see cref="StorageErrorCode.NoSuchUpload"/>).</exception>
    private DiskError Move(DiskFolder folder, string name)
    {
        DiskError error = _folder.Move(_name, folder, name);
        if (error == DiskError.NotFound && Handle.Stat(out FileStatus status) == DiskError.None && status.IsGone)
        {
            throw _isStaged ? LocalErrors.NoSuchUpload() : LocalErrors.TemporaryLost();
        }

        return error;
    }
}
