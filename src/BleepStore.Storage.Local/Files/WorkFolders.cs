using System.Security.Cryptography;
using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>
/// The folders that an instance holds open: that of all instances' temporary files, that of uploads, and its own, with its lock.
/// </summary>
internal sealed record WorkFolders(SafeFileHandle Tmp, SafeFileHandle Uploads, SafeFileHandle Folder, SafeFileHandle Alive, string Instance) : IDisposable
{
    public const string AliveName = "lock";

    private const string TmpName = "tmp";
    private const string UploadsName = "uploads";
    private const string TmpPath = LocalRoot.Internals + "/" + TmpName;
    private const string UploadsPath = LocalRoot.Internals + "/" + UploadsName;

    private readonly string _alivePath = $"{TmpPath}/{Instance}/{AliveName}";
    private readonly FileStatus _alive = StatusOf(Alive);
    private readonly FileStatus _uploads = StatusOf(Uploads);

    /// <summary>Makes the instance's folder and its lock, and what is missing above. The caller holds the start lock.</summary>
    public static WorkFolders Make(LocalRoot root, Durability durability)
    {
        var opened = new List<SafeFileHandle>();
        string instance = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        try
        {
            using SafeFileHandle internals = FolderTree.OpenOrMake(root.Handle, LocalRoot.Internals);
            SafeFileHandle tmp = Keep(FolderTree.OpenOrMake(internals, TmpName));
            SafeFileHandle uploads = Keep(FolderTree.OpenOrMake(internals, UploadsName));
            if (durability == Durability.Full)
            {
                LocalErrors.Check(Posix.Flush(internals), $"Flushing the folder {LocalRoot.Internals}");
                LocalErrors.Check(Posix.Flush(root.Handle), "Flushing the root folder");
            }

            SafeFileHandle folder = Keep(FolderTree.OpenOrMake(tmp, instance));
            LocalErrors.Check(Posix.Open(folder, AliveName, OpenFlags.Lock, out SafeFileHandle alive), "Making the instance's lock");
            LocalErrors.Check(Posix.TryLock(Keep(alive), 0), "Taking the instance's lock");
            return new WorkFolders(tmp, uploads, folder, alive, instance);
        }
        catch
        {
            if (opened.Count > 2)
            {
                FolderTree.Delete(opened[0], instance);
            }

            opened.ForEach(static handle => handle.Dispose());
            throw;
        }

        SafeFileHandle Keep(SafeFileHandle handle)
        {
            opened.Add(handle);
            return handle;
        }
    }

    /// <summary>Whether the folders have their names still. Without its lock, the next that starts would take this instance for dead.</summary>
    public bool IsInPlace(LocalRoot root) => root.StillHas(_alivePath, _alive) && root.StillHas(UploadsPath, _uploads);

    public void Dispose()
    {
        Alive.Dispose();
        Folder.Dispose();
        Uploads.Dispose();
        Tmp.Dispose();
    }

    private static FileStatus StatusOf(SafeFileHandle file)
    {
        LocalErrors.Check(Posix.Stat(file, out FileStatus status), "Looking at the store's own files");
        return status;
    }
}
