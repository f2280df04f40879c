using System.Globalization;
using System.Security.Cryptography;
using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>
/// What the store keeps for itself under <c>.bleepstore</c>: the locks, the uploads, and this instance's folder for temporary files. An
/// instance holds a lock in its folder for as long as it lives; the folder of one that died can be locked, and is swept away by the next
/// that starts.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private const string TmpName = "tmp";
    private const string UploadsName = "uploads";
    private const string LocksName = "locks";
    private const string AliveName = "lock";
    private const string DoubtPrefix = "record.";

    private readonly SafeFileHandle _tmp;
    private readonly SafeFileHandle _alive;
    private readonly string _instance;
    private long _files;

    private Workspace(KeyLocks locks, SafeFileHandle tmp, SafeFileHandle uploads, string instance, SafeFileHandle folder, SafeFileHandle alive)
    {
        Locks = locks;
        Uploads = uploads;
        Folder = folder;
        _tmp = tmp;
        _instance = instance;
        _alive = alive;
    }

    public KeyLocks Locks { get; }

    /// <summary>The folder of unfinished uploads: one folder in it for each bucket.</summary>
    public SafeFileHandle Uploads { get; }

    /// <summary>This instance's folder for temporary files.</summary>
    public SafeFileHandle Folder { get; }

    /// <summary>A name that is free in <see cref="Folder"/>.</summary>
    public string NewName() => Interlocked.Increment(ref _files).ToString("x", CultureInfo.InvariantCulture);

    /// <summary>The name here of what says that a record of this name is in doubt.</summary>
    public static string DoubtOf(string record) => DoubtPrefix + record;

    /// <summary>
    /// Opens the workspace, makes what is missing, and takes over the folders of instances that died. Whatever fails, nothing stays open.
    /// </summary>
    public static async Task<Workspace> OpenAsync(LocalRoot root, Durability durability, CancellationToken cancellationToken)
    {
        var opened = new List<SafeFileHandle>();
        var workspace = default(Workspace);
        try
        {
            using (SafeFileHandle internals = OpenOrMake(root.Handle, LocalRoot.Internals))
            {
                SafeFileHandle tmp = Keep(OpenOrMake(internals, TmpName));
                SafeFileHandle uploads = Keep(OpenOrMake(internals, UploadsName));
                LocalErrors.Check(Posix.Open(internals, LocksName, OpenFlags.Lock, out SafeFileHandle lockFile), "Opening the file of locks");
                var locks = new KeyLocks(Keep(lockFile));
                if (durability == Durability.Full)
                {
                    LocalErrors.Check(Posix.Flush(internals), $"Flushing the folder {LocalRoot.Internals}");
                    LocalErrors.Check(Posix.Flush(root.Handle), "Flushing the root folder");
                }

                // Whoever starts makes and locks its folder under the start lock, so that a folder without a lock in it is a dead one's.
                using (await locks.LockStartAsync(cancellationToken).ConfigureAwait(false))
                {
                    workspace = Begin(locks, tmp, uploads);
                    workspace.CollectDead();
                }
            }

            return workspace;
        }
        finally
        {
            if (workspace is null)
            {
                opened.ForEach(static handle => handle.Dispose());
            }
        }

        SafeFileHandle Keep(SafeFileHandle handle)
        {
            opened.Add(handle);
            return handle;
        }
    }

    /// <summary>The records that were in doubt when the instances that were taken over died. The caller closes the files.</summary>
    public IEnumerable<DoubtfulRecord> TakeDoubts() =>
        Entries(Folder).Where(static entry => entry.Kind == EntryKind.Folder).SelectMany(entry => TakeDoubts(Folder, entry.Name));

    /// <summary>Deletes what was taken over from instances that died.</summary>
    public void DeleteDead()
    {
        foreach (FolderEntry entry in Entries(Folder))
        {
            if (entry is { Kind: EntryKind.Folder, Name: { } name })
            {
                DeleteTree(Folder, name);
            }
        }
    }

    /// <summary>Moves an entry of any folder here, which takes it out of sight in one step.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="here">Its name here, for <see cref="DeleteLater"/>.</param>
    public int Take(SafeFileHandle folder, string name, out string here)
    {
        here = NewName();
        return Posix.Rename(folder, name, Folder, here);
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
                DeleteTree(Folder, here);
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
        if (!_alive.IsClosed)
        {
            DeleteTree(_tmp, _instance);
        }

        Abandon();
    }

    /// <summary>Leaves the instance's folder to the next that starts, as dying would.</summary>
    public void Abandon()
    {
        _alive.Dispose();
        Folder.Dispose();
        Uploads.Dispose();
        _tmp.Dispose();
        Locks.Dispose();
    }

    private static Workspace Begin(KeyLocks locks, SafeFileHandle tmp, SafeFileHandle uploads)
    {
        string instance = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        SafeFileHandle? folder = null;
        SafeFileHandle? alive = null;
        try
        {
            folder = OpenOrMake(tmp, instance);
            LocalErrors.Check(Posix.Open(folder, AliveName, OpenFlags.Lock, out alive), "Making the instance's lock");
            LocalErrors.Check(Posix.TryLock(alive, 0), "Taking the instance's lock");
            return new Workspace(locks, tmp, uploads, instance, folder, alive);
        }
        catch
        {
            alive?.Dispose();
            folder?.Dispose();
            DeleteTree(tmp, instance);
            throw;
        }
    }

    private static IEnumerable<DoubtfulRecord> TakeDoubts(SafeFileHandle parent, string? name)
    {
        if (name is null || Posix.Open(parent, name, OpenFlags.Folder, out SafeFileHandle folder) != Errno.None)
        {
            yield break;
        }

        using (folder)
        {
            foreach (FolderEntry entry in Entries(folder))
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
                    && Posix.Open(folder, file, OpenFlags.Read, out SafeFileHandle record) == Errno.None)
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
        foreach (FolderEntry entry in Entries(_tmp))
        {
            if (entry is { Kind: EntryKind.Folder, Name: { } name } && name != _instance && IsDead(name))
            {
                _ = Posix.Rename(_tmp, name, Folder, NewName());
            }
        }
    }

    private bool IsDead(string name)
    {
        int error = Posix.Open(_tmp, name, OpenFlags.Folder, out SafeFileHandle folder);
        using (folder)
        {
            if (error != Errno.None)
            {
                return false;
            }

            error = Posix.Open(folder, AliveName, OpenFlags.ExistingLock, out SafeFileHandle alive);
            using (alive)
            {
                return error == Errno.ENOENT || (error == Errno.None && Posix.TryLock(alive, 0) == Errno.None);
            }
        }
    }

    /// <summary>Deletes an entry and all that it holds. What cannot be deleted stays for the next start: it is out of sight.</summary>
    private static void DeleteTree(SafeFileHandle folder, string name)
    {
        if (Posix.Unlink(folder, name) == Errno.None || Posix.Open(folder, name, OpenFlags.Folder, out SafeFileHandle inner) is not Errno.None)
        {
            return;
        }

        using (inner)
        {
            foreach (FolderEntry entry in Entries(inner))
            {
                if (entry.Name is not null)
                {
                    DeleteTree(inner, entry.Name);
                }
            }
        }

        _ = Posix.Remove(folder, name);
    }

    private static List<FolderEntry> Entries(SafeFileHandle folder)
    {
        var entries = new List<FolderEntry>();
        if (Posix.Open(folder, ".", OpenFlags.Folder, out SafeFileHandle fresh) == Errno.None)
        {
            _ = FolderReader.Read(fresh, entries);
        }

        fresh.Dispose();
        return entries;
    }

    private static SafeFileHandle OpenOrMake(SafeFileHandle folder, string name)
    {
        int error = Posix.MakeFolder(folder, name);
        LocalErrors.Check(error == Errno.EEXIST ? Errno.None : error, $"Making the folder {name}");
        LocalErrors.Check(Posix.Open(folder, name, OpenFlags.Folder, out SafeFileHandle made), $"Opening the folder {name}");
        return made;
    }

    /// <summary>A record that may belong to no object.</summary>
    /// <param name="Name">Its name among the records.</param>
    /// <param name="File">The record, by another name.</param>
    internal readonly record struct DoubtfulRecord(string Name, SafeFileHandle File);
}
