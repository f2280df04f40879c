using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Commit;

/// <summary>A file that is being written out of sight. Disposal deletes the file unless it was moved into its place.</summary>
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
        LocalErrors.Check(_folder.MakeFile(_name, out DiskFile handle), "Making a temporary file");
        Handle = handle;
    }

    /// <summary>Waits until fewer writes than the limit are under way, and makes a file.</summary>
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

    /// <summary>Whether the file is in its place.</summary>
    public bool IsPlaced { get; private set; }

    /// <summary>
    /// Moves the file to a waiting place, and replaces the file that waits there. Disposal then keeps the name, which has a meaning there,
    /// and only makes the file empty.
    /// </summary>
    /// <param name="folder">The folder. It must stay open until this object is disposed.</param>
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

    /// <summary>Moves the file into its place in one step, and replaces an existing file.</summary>
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

    /// <exception cref="StorageException">
    /// A cleaner has deleted the file (<see cref="StorageErrorCode.ServiceUnavailable"/>), or the upload in which the file waits was
    /// deleted (<see cref="StorageErrorCode.NoSuchUpload"/>).
    /// </exception>
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
