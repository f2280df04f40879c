using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// The folders that an instance holds open. They are the folder of all instances' temporary files, the folder of uploads, and the
/// instance's own folder with its lock.
/// </summary>
internal sealed record WorkFolders(DiskFolder Tmp, DiskFolder Uploads, DiskFolder Folder, DiskLocks Alive, string Instance) : IDisposable
{
    public const string AliveName = "lock";

    private const string TmpName = "tmp";
    private const string UploadsName = "uploads";
    private const string TmpPath = LocalRoot.Internals + "/" + TmpName;
    private const string UploadsPath = LocalRoot.Internals + "/" + UploadsName;

    private readonly string _alivePath = $"{TmpPath}/{Instance}/{AliveName}";
    private readonly FileStatus _alive = Found(Alive.Stat(out FileStatus status), status);
    private readonly FileStatus _uploads = Found(Uploads.Stat(out FileStatus status), status);

    /// <summary>Makes the instance's folder and its lock, and the missing folders above. The caller holds the start lock.</summary>
    public static WorkFolders Make(LocalRoot root, Durability durability)
    {
        var opened = new List<SafeHandle>();
        string instance = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        try
        {
            using DiskFolder internals = FolderTree.OpenOrMake(root.Handle, LocalRoot.Internals);
            DiskFolder tmp = Keep(FolderTree.OpenOrMake(internals, TmpName));
            DiskFolder uploads = Keep(FolderTree.OpenOrMake(internals, UploadsName));
            if (durability == Durability.Full)
            {
                LocalErrors.Check(internals.Flush(), $"Flushing the folder {LocalRoot.Internals}");
                LocalErrors.Check(root.Handle.Flush(), "Flushing the root folder");
            }

            DiskFolder folder = Keep(FolderTree.OpenOrMake(tmp, instance));
            LocalErrors.Check(folder.OpenLocks(AliveName, makesMissing: true, out DiskLocks alive), "Making the instance's lock");
            LocalErrors.Check(Keep(alive).TryLock(0), "Taking the instance's lock");
            RequireLocks(root, folder);
            RequireNumbers(root, folder, tmp, instance);

            return new WorkFolders(tmp, uploads, folder, alive, instance);
        }
        catch
        {
            if (opened is [DiskFolder first, _, _, ..])
            {
                FolderTree.Delete(first, instance);
            }

            opened.ForEach(static handle => handle.Dispose());
            throw;
        }

        T Keep<T>(T handle)
            where T : SafeHandle
        {
            opened.Add(handle);
            return handle;
        }
    }

    /// <summary>
    /// Whether the folders still have their names. Without its lock, the next instance that starts would treat this instance as dead.
    /// </summary>
    public bool IsInPlace(LocalRoot root) => root.StillHas(_alivePath, _alive) && root.StillHas(UploadsPath, _uploads);

    public void Dispose()
    {
        Alive.Dispose();
        Folder.Dispose();
        Uploads.Dispose();
        Tmp.Dispose();
    }

    /// <summary>Whether a file layer with another kind of locks has made an instance's folder.</summary>
    public static bool IsOfOtherLayer(FileLayer layer, DiskFolder folder)
    {
        bool isLocked = folder.Stat(AliveName, out _) == DiskError.None;
        bool isManaged = folder.Stat(AliveName + ".0", out _) == DiskError.None;
        return isLocked && isManaged == layer.HoldsFolders;
    }

    /// <summary>
    /// Throws if a file gets another number when it moves, or has no number. Records would be lost, and files would be confused.
    /// </summary>
    private static void RequireNumbers(LocalRoot root, DiskFolder folder, DiskFolder tmp, string instance)
    {
        if (!root.Handle.KeepsNumbers)
        {
            throw LocalErrors.NoNumbers(root.Path);
        }

        if (!root.Layer.NeedsPortableNames)
        {
            // A file of the file systems that the native layer accepts keeps its number when it moves.
            return;
        }

        string name = "probe." + instance;
        LocalErrors.Check(folder.MakeFile(name, out DiskFile file), "Making a file to look at");
        FileStatus before;
        using (file)
        {
            LocalErrors.Check(file.Stat(out before), "Looking at a file");
        }

        LocalErrors.Check(folder.Move(name, tmp, name), "Moving a file");
        DiskError error = tmp.Stat(name, out FileStatus after);
        _ = tmp.RemoveFile(name);
        LocalErrors.Check(error, "Looking at a file that was moved");
        if (after.Inode == 0 || !after.IsSameFile(before))
        {
            throw LocalErrors.NoNumbers(root.Path);
        }
    }

    /// <summary>Throws if a lock that is held can be acquired again. Nothing would keep two writers apart.</summary>
    private static void RequireLocks(LocalRoot root, DiskFolder folder)
    {
        LocalErrors.Check(folder.OpenLocks(AliveName, makesMissing: false, out DiskLocks again), "Opening the instance's lock");
        using (again)
        {
            if (again.TryLock(0) == DiskError.None)
            {
                throw LocalErrors.NoLocks(root.Path);
            }
        }
    }

    private static FileStatus Found(DiskError error, in FileStatus status)
    {
        LocalErrors.Check(error, "Looking at the store's own files");
        return status;
    }
}
