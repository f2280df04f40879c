using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>A file that is being written where nobody sees it. Unless it is moved into place it goes when this is disposed.</summary>
internal sealed class TempFile : IDisposable
{
    private readonly Workspace _workspace;

    public TempFile(Workspace workspace)
    {
        _workspace = workspace;
        Name = workspace.NewName();
        LocalErrors.Check(Posix.Open(workspace.Folder, Name, OpenFlags.New, out SafeFileHandle handle), "Making a temporary file");
        Handle = handle;
    }

    public SafeFileHandle Handle { get; }

    public string Name { get; }

    /// <summary>Whether it is in its place.</summary>
    public bool IsPlaced { get; private set; }

    /// <summary>Moves the file into its place, over what is there, in one step.</summary>
    public int MoveTo(SafeFileHandle folder, string name)
    {
        int error = Posix.Rename(_workspace.Folder, Name, folder, name);
        IsPlaced |= error == Errno.None;
        return error;
    }

    public void Dispose()
    {
        Handle.Dispose();
        if (!IsPlaced && !_workspace.Folder.IsClosed)
        {
            _ = Posix.Unlink(_workspace.Folder, Name);
        }
    }
}
