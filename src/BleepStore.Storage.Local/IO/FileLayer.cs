namespace BleepStore.Storage.Local.IO;

/// <summary>
/// The file system of one kind of machine. The store's root is opened through it. Everything else is reached from the folders and files
/// that are open, and the rest of the backend calls the system in no other way. Thread-safe.
/// </summary>
internal abstract class FileLayer
{
    /// <summary>How many files the process may have open.</summary>
    public abstract ulong MostOpenFiles { get; }

    /// <summary>Whether two entries can be swapped in one step (<see cref="DiskFolder.Exchange"/>).</summary>
    public abstract bool CanExchange { get; }

    /// <summary>
    /// Whether an open folder stays what it is when its path leads elsewhere. Otherwise a folder is its path, and a lost root looks empty.
    /// </summary>
    public abstract bool HoldsFolders { get; }

    /// <summary>Whether its file systems refuse names that Linux takes, or take names for one that are two on Linux.</summary>
    public abstract bool NeedsPortableNames { get; }

    /// <summary>Sets up the process. Called before the root is opened, and as often.</summary>
    public abstract void Prepare();

    /// <summary>Opens a folder by a path of the whole system, through links.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="folder">The folder. Invalid after an error.</param>
    public abstract DiskError OpenRoot(string path, out DiskFolder folder);

    /// <summary>Returns the properties of a path of the whole system, through links.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="status">The properties.</param>
    public abstract DiskError StatPath(string path, out FileStatus status);
}
