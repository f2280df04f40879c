namespace BleepStore.Storage.Local.IO;

/// <summary>
/// The file system of one kind of machine. The layer opens the store's root. All other files and folders are reached from open folders and
/// files. The rest of the backend calls the system in no other way. Thread-safe.
/// </summary>
internal abstract class FileLayer
{
    /// <summary>How many files the process may have open.</summary>
    public abstract ulong MostOpenFiles { get; }

    /// <summary>Whether two entries can be swapped in one step (<see cref="DiskFolder.Exchange"/>).</summary>
    public abstract bool CanExchange { get; }

    /// <summary>
    /// Whether an open folder stays the same folder when its path leads elsewhere. Otherwise a folder is only a path, and a lost root looks
    /// empty.
    /// </summary>
    public abstract bool HoldsFolders { get; }

    /// <summary>Whether the file systems refuse names that Linux accepts, or treat two names of Linux as the same name.</summary>
    public abstract bool NeedsPortableNames { get; }

    /// <summary>
    /// Whether a deleted file can keep its name until its last reader closes it. A file is then moved out of sight before it is deleted.
    /// </summary>
    public abstract bool KeepsDeletedNames { get; }

    /// <summary>Prepares the process. Called each time before a root is opened.</summary>
    public abstract void Prepare();

    /// <summary>Opens a folder by an absolute path. Links are followed.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="folder">The folder. Invalid after an error.</param>
    public abstract DiskError OpenRoot(string path, out DiskFolder folder);

    /// <summary>Returns the properties of an absolute path. Links are followed.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="status">The properties.</param>
    public abstract DiskError StatPath(string path, out FileStatus status);
}
