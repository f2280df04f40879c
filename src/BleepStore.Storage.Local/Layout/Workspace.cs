using System.Globalization;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// The store's own files under <c>.bleepstore</c>. They are the locks, the uploads, and this instance's folder for temporary files. An
/// instance holds a lock in its folder for as long as it lives. The folder of a dead instance can be locked, and the next instance that
/// starts deletes the folder.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private const string DoubtPrefix = "record.";

    private readonly LocalRoot _root;
    private readonly Durability _durability;
    private readonly LostHandles<WorkFolders> _lost = new();
    private volatile WorkFolders _folders;
    private long _files;

    private Workspace(LocalRoot root, KeyLocks locks, WorkFolders folders, Durability durability)
    {
        _root = root;
        _folders = folders;
        _durability = durability;
        Locks = locks;
    }

    public KeyLocks Locks { get; }

    /// <summary>The file system that the workspace is on.</summary>
    public FileLayer Layer => _root.Layer;

    /// <summary>The folder of unfinished uploads. It has one folder for each bucket.</summary>
    public DiskFolder Uploads => _folders.Uploads;

    /// <summary>This instance's folder for temporary files.</summary>
    public DiskFolder Folder => _folders.Folder;

    /// <summary>Whether a cleaner of temporary files has left the folders alone.</summary>
    public bool IsInPlace => _folders.IsInPlace(_root);

    /// <summary>Returns a name that is free in <see cref="Folder"/>.</summary>
    public string NewName() => Interlocked.Increment(ref _files).ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Returns the name of the link in this folder that marks a record as doubtful.</summary>
    public static string DoubtOf(string record) => DoubtPrefix + record;

    /// <summary>
    /// Opens the workspace, makes the missing folders, and takes over the folders of instances that died. After a failure no handle stays
    /// open.
    /// </summary>
    public static async Task<Workspace> OpenAsync(LocalRoot root, Durability durability, CancellationToken cancellationToken)
    {
        var locks = new KeyLocks(root);
        var workspace = default(Workspace);
        try
        {
            // An instance that starts makes and locks its folder under the start lock. So a folder without a lock belongs to a dead
            // instance.
            using (await locks.LockStartAsync(cancellationToken).ConfigureAwait(false))
            {
                workspace = new Workspace(root, locks, WorkFolders.Make(root, durability), durability);
                workspace.CollectDead();
            }

            return workspace;
        }
        catch
        {
            workspace?.Abandon();
            locks.Dispose();
            throw;
        }
    }

    /// <summary>Makes the folders again that a cleaner of temporary files has deleted. Writes that are under way fail.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        using (await Locks.LockStartAsync(cancellationToken).ConfigureAwait(false))
        {
            WorkFolders lost = _folders;
            if (!lost.IsInPlace(_root))
            {
                _folders = WorkFolders.Make(_root, _durability);
                _lost.Add(lost);
            }
        }
    }

    /// <summary>Returns the records that were in doubt when the dead instances died. The caller closes the files.</summary>
    public IEnumerable<DoubtfulRecord> TakeDoubts() =>
        FolderTree.Entries(Folder)
            .Where(static entry => entry.Kind == EntryKind.Folder)
            .SelectMany(entry => TakeDoubts(Folder, entry.Name));

    /// <summary>Deletes the folders that were taken over from instances that died.</summary>
    public void DeleteDead()
    {
        foreach (FolderEntry entry in FolderTree.Entries(Folder))
        {
            if (entry is { Kind: EntryKind.Folder, Name: { } name })
            {
                FolderTree.Delete(Folder, name);
            }
        }
    }

    /// <summary>Moves an entry of any folder into this folder. One step takes the entry out of sight.</summary>
    /// <param name="folder">The folder of the entry.</param>
    /// <param name="name">The entry's name there.</param>
    /// <param name="here">The entry's name here, for <see cref="DeleteLater"/>.</param>
    public DiskError Take(DiskFolder folder, string name, out string here)
    {
        here = NewName();
        return folder.Move(name, Folder, here);
    }

    /// <summary>
    /// Deletes a taken entry with its contents, on another thread. The file system needs a while to free gigabytes, and no caller waits for
    /// that. The remains after a crash or <see cref="Dispose"/> are deleted with the folder.
    /// </summary>
    public void DeleteLater(string here) => _ = DiskWork.RunAsync(
        () =>
        {
            try
            {
                FolderTree.Delete(Folder, here);
            }
            catch (ObjectDisposedException)
            {
                // The disposal deletes the whole folder.
            }
        },
        CancellationToken.None);

    /// <summary>Deletes the instance's folder with the remains of unfinished writes.</summary>
    public void Dispose()
    {
        foreach (WorkFolders folders in _lost.All.Append(_folders).Where(static folders => !folders.Alive.IsClosed))
        {
            // The lock is closed first, because Windows does not delete an open file.
            folders.Alive.Dispose();
            FolderTree.Delete(folders.Tmp, folders.Instance);
        }

        Abandon();
    }

    /// <summary>Leaves the instance's folder to the next instance that starts, as the death of the process would.</summary>
    public void Abandon()
    {
        _lost.Dispose();
        _folders.Dispose();
        Locks.Dispose();
    }

    private static IEnumerable<DoubtfulRecord> TakeDoubts(DiskFolder parent, string? name)
    {
        if (name is null || parent.OpenFolder(name, out DiskFolder folder) != DiskError.None)
        {
            yield break;
        }

        using (folder)
        {
            foreach (FolderEntry entry in FolderTree.Entries(folder))
            {
                if (entry.Kind == EntryKind.Folder)
                {
                    // A dead instance had taken over this folder before it died.
                    foreach (DoubtfulRecord inner in TakeDoubts(folder, entry.Name))
                    {
                        yield return inner;
                    }
                }
                else if (entry.Name is { } file && file.StartsWith(DoubtPrefix, StringComparison.Ordinal)
                    && folder.OpenFile(file, out DiskFile record) == DiskError.None)
                {
                    yield return new DoubtfulRecord(file[DoubtPrefix.Length..], record);
                }
            }
        }
    }

    /// <summary>
    /// Takes over the folders of instances that died. Only folders that can be locked are touched, because another process may be writing
    /// at this moment.
    /// </summary>
    private void CollectDead()
    {
        foreach (FolderEntry entry in FolderTree.Entries(_folders.Tmp))
        {
            if (entry is { Kind: EntryKind.Folder, Name: { } name } && name != _folders.Instance && IsDead(name))
            {
                _ = _folders.Tmp.Move(name, Folder, NewName());
            }
        }
    }

    private bool IsDead(string name)
    {
        DiskError error = _folders.Tmp.OpenFolder(name, out DiskFolder folder);
        using (folder)
        {
            if (error != DiskError.None)
            {
                return false;
            }

            if (WorkFolders.IsOfOtherLayer(_root.Layer, folder))
            {
                // The layers do not see each other's locks, so nothing tells whether the instance lives. Processes of a container and of
                // its host can differ in this way.
                return false;
            }

            error = folder.OpenLocks(WorkFolders.AliveName, makesMissing: false, out DiskLocks alive);
            using (alive)
            {
                return error == DiskError.NotFound || (error == DiskError.None && alive.TryLock(0) == DiskError.None);
            }
        }
    }

    /// <summary>A record that may belong to no object.</summary>
    /// <param name="Name">The name of the record's file.</param>
    /// <param name="File">The record's file, open under another name.</param>
    internal readonly record struct DoubtfulRecord(string Name, DiskFile File);
}
