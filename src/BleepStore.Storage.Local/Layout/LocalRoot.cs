using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// The store's root, held open. All files are reached only through this class, so nothing outside the root is ever read or written.
/// </summary>
internal sealed class LocalRoot : IDisposable
{
    /// <summary>The folder of the store's own files. No bucket's name begins with a dot.</summary>
    public const string Internals = ".bleepstore";

    /// <summary>A name that no bucket has, and that the store never makes.</summary>
    private const string NoBucket = ".bleepstore-none";

    private readonly FileStatus _status;

    private LocalRoot(FileLayer layer, DiskFolder handle, string path, in FileStatus status, NameRules rules)
    {
        Layer = layer;
        Handle = handle;
        Path = path;
        _status = status;
        Names = new LocalNames(rules);
        Rules = rules;
    }

    /// <summary>The file system that the root is on.</summary>
    public FileLayer Layer { get; }

    public DiskFolder Handle { get; }

    /// <summary>The absolute path of the root.</summary>
    public string Path { get; }

    public LocalNames Names { get; }

    /// <summary>
    /// Whether the root can be opened on every system. Its names are <see cref="NameRules.Portable"/>, and objects become folders in steps.
    /// </summary>
    public bool IsPortable => Rules == NameRules.Portable;

    /// <summary>The spelling of the names.</summary>
    public NameRules Rules { get; }

    /// <summary>Opens the root, and makes it if that is allowed.</summary>
    /// <param name="layer">The file layer.</param>
    /// <param name="path">Absolute.</param>
    /// <param name="create">Whether to make a missing root.</param>
    /// <param name="durability">Whether new folders are flushed.</param>
    public static LocalRoot Open(FileLayer layer, string path, bool create, Durability durability)
    {
        DiskError error = layer.OpenRoot(path, out DiskFolder handle);
        if (error == DiskError.NotFound && create)
        {
            Make(layer, path, durability);
            error = layer.OpenRoot(path, out handle);
        }

        if (error == DiskError.NotFound)
        {
            throw new StorageException(
                StorageErrorCode.NoSuchBucket,
                $"The root folder '{path}' does not exist. If a disk belongs there, mount it. Otherwise make the folder, or set "
                + $"{nameof(LocalBackendOptions.CreateRoot)} to true.")
            {
                ProviderCode = "ENOENT",
            };
        }

        LocalErrors.CheckRoot(error, $"Opening the root folder '{path}'");

        try
        {
            // The folder is made here, because its name in another case tells whether the file system is case-sensitive. A read-only root
            // can be read all the same.
            _ = handle.MakeFolder(Internals);
            LocalErrors.CheckRoot(handle.Stat(out FileStatus status), $"Looking at the root folder '{path}'");
            return new LocalRoot(layer, handle, path, status, RootFormat.Settle(layer, handle, path));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public Place Locate(string bucket, string key) => new(bucket, key, $"{bucket}/{Names.PathOf(key)}");

    /// <summary>Opens a file below the root, to read.</summary>
    public DiskError OpenFile(string path, out DiskFile file) => Handle.OpenFileBelow(Reachable(path), out file);

    /// <summary>
    /// Opens a file below the root for its properties and attributes alone. Another program can have the file open exclusively.
    /// </summary>
    public DiskError OpenToLook(string path, out DiskFile file) => Handle.OpenToLookBelow(Reachable(path), out file);

    /// <summary>Opens a folder below the root.</summary>
    public DiskError OpenFolder(string path, out DiskFolder folder) => Handle.OpenFolderBelow(Reachable(path), out folder);

    /// <summary>Throws unless the root is in its place and can be read. A store whose root was moved can read, but not write.</summary>
    public void Check()
    {
        RequireInPlace();
        DiskError error = Handle.Reopen(out DiskFolder folder);
        using (folder)
        {
            // The entries are read, because a deleted folder can still be opened through a handle.
            LocalErrors.Check(error == DiskError.None ? folder.ReadEntries([]) : error, "Reading the root folder");
        }
    }

    /// <summary>
    /// Throws when the root's path leads to another folder or to none, because the root was unmounted, moved or replaced. A write into the
    /// folder that is held open would be acknowledged, but nobody would find the object.
    /// </summary>
    public void RequireInPlace()
    {
        DiskError error = Layer.StatPath(Path, out FileStatus now);
        if (error != DiskError.None || !now.IsSameFile(_status))
        {
            throw LocalErrors.RootLost(Path);
        }
    }

    /// <summary>
    /// Throws when a missing entry means nothing, because the root's path leads to another folder now. A folder that is held open always
    /// knows its own entries.
    /// </summary>
    public void RequireItself()
    {
        if (!Layer.HoldsFolders)
        {
            RequireInPlace();
        }
    }

    /// <summary>Whether a path below the root still leads to the open file or folder. A cleaner can have deleted it.</summary>
    /// <param name="path">A path of the store's own files, where nobody plants links.</param>
    /// <param name="held">The status of the open file or folder.</param>
    public bool StillHas(string path, in FileStatus held) =>
        Handle.Stat(path, out FileStatus now) == DiskError.None && now.IsSameFile(held);

    public bool BucketExists(string bucket)
    {
        DiskError error = Handle.Stat(Reachable(bucket), out FileStatus status);
        if (error != DiskError.NotFound)
        {
            LocalErrors.Check(error, "Looking for the bucket");
        }

        bool exists = error == DiskError.None && status.IsFolder;
        if (!exists)
        {
            RequireItself();
        }

        return exists;
    }

    public void RequireBucket(string bucket)
    {
        if (!BucketExists(bucket))
        {
            throw LocalErrors.NoSuchBucket(bucket);
        }
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>
    /// Returns a path, or a path that never exists if the bucket has the name of a device. Windows opens the device by such a path.
    /// </summary>
    private string Reachable(string path)
    {
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        return IsPortable && PortableNames.IsDevice(slash < 0 ? path : path.AsSpan(0, slash)) ? NoBucket : path;
    }

    /// <summary>Makes the root and the missing folders above it, and flushes every folder that got a new entry.</summary>
    private static void Make(FileLayer layer, string path, Durability durability)
    {
        if (System.IO.Path.GetDirectoryName(path) is not { } parent)
        {
            return;
        }

        DiskError error = layer.OpenRoot(parent, out DiskFolder folder);
        if (error == DiskError.NotFound)
        {
            Make(layer, parent, durability);
            error = layer.OpenRoot(parent, out folder);
        }

        using (folder)
        {
            LocalErrors.CheckRoot(error, $"Opening the folder '{parent}'");
            error = folder.MakeFolder(System.IO.Path.GetFileName(path));
            LocalErrors.CheckRoot(error == DiskError.Exists ? DiskError.None : error, $"Making the root folder '{path}'");
            LocalErrors.Check(durability == Durability.Full ? folder.Flush() : DiskError.None, $"Flushing the folder '{parent}'");
        }
    }
}
