using System.Globalization;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// What the store keeps for itself under <c>.bleepstore</c>: the locks, the uploads, and this instance's folder for temporary files. An
/// instance holds a lock in its folder for as long as it lives; the folder of one that died can be locked, and is swept away by the next
/// that starts.
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

    /// <summary>The folder of unfinished uploads: one folder in it for each bucket.</summary>
    public DiskFolder Uploads => _folders.Uploads;

    /// <summary>This instance's folder for temporary files.</summary>
    public DiskFolder Folder => _folders.Folder;

    /// <summary>Whether a cleaner of temporary files has left the folders alone.</summary>
    public bool IsInPlace => _folders.IsInPlace(_root);

    /// <summary>A name that is free in <see cref="Folder"/>.</summary>
    public string NewName() => Interlocked.Increment(ref _files).ToString("x", CultureInfo.InvariantCulture);

    /// <summary>The name here of what says that a record of this name is in doubt.</summary>
    public static string DoubtOf(string record) => DoubtPrefix + record;

    /// <summary>
    /// Opens the workspace, makes what is missing, and takes over the folders of instances that died. Whatever fails, nothing stays open.
    /// </summary>
    public static async Task<Workspace> OpenAsync(LocalRoot root, Durability durability, CancellationToken cancellationToken)
    {
        var locks = new KeyLocks(root);
        var workspace = default(Workspace);
        try
        {
            // Whoever starts makes and locks its folder under the start lock, so that a folder without a lock in it is a dead one's.
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

    /// <summary>The records that were in doubt when the instances that were taken over died. The caller closes the files.</summary>
    public IEnumerable<DoubtfulRecord> TakeDoubts() =>
        FolderTree.Entries(Folder)
            .Where(static entry => entry.Kind == EntryKind.Folder)
            .SelectMany(entry => TakeDoubts(Folder, entry.Name));

    /// <summary>Deletes what was taken over from instances that died.</summary>
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

    /// <summary>Moves an entry of any folder here, which takes it out of sight in one step.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="here">Its name here, for <see cref="DeleteLater"/>.</param>
    public DiskError Take(DiskFolder folder, string name, out string here)
    {
        here = NewName();
        return folder.Move(name, Folder, here);
    }

    /// <summary>
    /// Deletes something that was taken, with all that it holds, on another thread. Giving gigabytes back takes the file system a while,
    /// and nobody waits for it. What a crash or <see cref="Dispose"/> leaves of it is swept with the folder.
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
                // Disposing deletes the whole folder.
            }
        },
        CancellationToken.None);

    /// <summary>Releases the instance's folder, and with it whatever unfinished writes left there.</summary>
    public void Dispose()
    {
        foreach (WorkFolders folders in _lost.All.Append(_folders).Where(static folders => !folders.Alive.IsClosed))
        {
            // First the lock: Windows does not delete a file that is open.
            folders.Alive.Dispose();
            FolderTree.Delete(folders.Tmp, folders.Instance);
        }

        Abandon();
    }

    /// <summary>Leaves the instance's folder to the next that starts, as dying would.</summary>
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
                    // A folder that a dead one had taken over before it died.
                    foreach (DoubtfulRecord inner in TakeDoubts(folder, entry.Name))
                    {
                        yield return inner;
                    }
                }
                else if (entry.Name is { } file && file.StartsWith(DoubtPrefix, StringComparison.Ordinal)
                    && folder.Open(file, Opening.Read, out DiskFile record) == DiskError.None)
                {
                    yield return new DoubtfulRecord(file[DoubtPrefix.Length..], record);
                }
            }
        }
    }

    /// <summary>
    /// Takes over the folders of instances that died. Only what can be locked is touched: another process may be writing at this moment.
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
                // Nothing tells here whether it lives: a container's process and its host's see no locks of each other.
                return false;
            }

            error = folder.Open(WorkFolders.AliveName, Opening.ExistingLock, out DiskFile alive);
            using (alive)
            {
                return error == DiskError.NotFound || (error == DiskError.None && alive.TryLock(0) == DiskError.None);
            }
        }
    }

    /// <summary>A record that may belong to no object.</summary>
    /// <param name="Name">Its name among the records.</param>
    /// <param name="File">The record, by another name.</param>
    internal readonly record struct DoubtfulRecord(string Name, DiskFile File);
}
