using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>
/// The store's root, held open. Everything is reached from here and by this alone, so that nothing outside is ever read or written.
/// </summary>
internal sealed class LocalRoot : IDisposable
{
    /// <summary>The folder of what the store keeps for itself. No bucket's name begins with a dot.</summary>
    public const string Internals = ".bleepstore";

    private readonly string _path;
    private readonly FileStatus _status;
    private readonly bool _stepwise;

    private LocalRoot(SafeFileHandle handle, string path, in FileStatus status, bool stepwise)
    {
        Handle = handle;
        _path = path;
        _status = status;
        _stepwise = stepwise;
        Names = new LocalNames(IgnoresCase(handle));
    }

    public SafeFileHandle Handle { get; }

    public LocalNames Names { get; }

    /// <summary>Opens the root, and makes it if it may.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="create">Whether to make it.</param>
    /// <param name="durability">Whether what is made is flushed.</param>
    /// <param name="stepwise">Whether to do without <c>openat2</c>.</param>
    public static LocalRoot Open(string path, bool create, Durability durability, bool stepwise)
    {
        int error = Posix.OpenRoot(path, out SafeFileHandle handle);
        if (error == Errno.ENOENT && create)
        {
            Make(path, durability);
            error = Posix.OpenRoot(path, out handle);
        }

        if (error == Errno.ENOENT)
        {
            throw new StorageException(StorageErrorCode.NoSuchBucket, $"The root folder '{path}' is not there. Make it, mount it, or let {nameof(LocalBackendOptions.CreateRoot)} be true.") { ProviderCode = "ENOENT" };
        }

        LocalErrors.CheckRoot(error, $"Opening the root folder '{path}'");

        // Made here, because whether the file system tells case is asked by looking for it under another name. A root that cannot be
        // written can be read all the same.
        _ = Posix.MakeFolder(handle, Internals);
        LocalErrors.CheckRoot(Posix.Stat(handle, out FileStatus status), $"Looking at the root folder '{path}'");
        return new LocalRoot(handle, path, status, stepwise);
    }

    public Place Locate(string bucket, string key) => new(bucket, key, $"{bucket}/{Names.PathOf(key)}");

    /// <summary>Opens a path below the root.</summary>
    public int Open(string path, int flags, out SafeFileHandle file) => Contained.Open(Handle, path, flags, _stepwise, out file);

    /// <summary>Opens a folder below the root.</summary>
    public int OpenFolder(string path, out SafeFileHandle folder) => Open(path, OpenFlags.Folder, out folder);

    /// <summary>Throws unless the root is there and can be read.</summary>
    public void Check()
    {
        int error = Posix.Open(Handle, ".", OpenFlags.Folder, out SafeFileHandle folder);
        using (folder)
        {
            // Reading, because a folder that was deleted can still be opened by those who hold it.
            LocalErrors.Check(error == Errno.None ? FolderReader.Read(folder, []) : error, "Reading the root folder");
        }
    }

    /// <summary>
    /// Throws when the root's path leads to another folder now, or to none: it was unmounted, moved or replaced. A write into the folder
    /// that is held open would be acknowledged, and nobody would find it.
    /// </summary>
    public void RequireInPlace()
    {
        int error = Posix.StatPath(Handle, _path, out FileStatus now);
        if (error != Errno.None || !now.IsSameFile(_status))
        {
            throw LocalErrors.RootLost(_path);
        }
    }

    /// <summary>Whether a path below the root still leads to a file or folder that is held open. A cleaner can have deleted it.</summary>
    /// <param name="path">Of the store's own files, where nobody plants links.</param>
    /// <param name="held">The status of what is held.</param>
    public bool StillHas(string path, in FileStatus held) => Posix.Stat(Handle, path, out FileStatus now) == Errno.None && now.IsSameFile(held);

    public bool BucketExists(string bucket)
    {
        int error = Posix.Stat(Handle, bucket, out FileStatus status);
        if (error != Errno.ENOENT)
        {
            LocalErrors.Check(error, "Looking for the bucket");
        }

        return error == Errno.None && status.IsFolder;
    }

    public void RequireBucket(string bucket)
    {
        if (!BucketExists(bucket))
        {
            throw LocalErrors.NoSuchBucket(bucket);
        }
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>Makes the root and what is missing above it, and flushes every folder that got a new entry.</summary>
    private static void Make(string path, Durability durability)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return;
        }

        int error = Posix.OpenRoot(parent, out SafeFileHandle folder);
        if (error == Errno.ENOENT)
        {
            Make(parent, durability);
            error = Posix.OpenRoot(parent, out folder);
        }

        using (folder)
        {
            LocalErrors.CheckRoot(error, $"Opening the folder '{parent}'");
            error = Posix.MakeFolder(folder, Path.GetFileName(path));
            LocalErrors.CheckRoot(error == Errno.EEXIST ? Errno.None : error, $"Making the root folder '{path}'");
            LocalErrors.Check(durability == Durability.Full ? Posix.Flush(folder) : Errno.None, $"Flushing the folder '{parent}'");
        }
    }

    private static bool IgnoresCase(SafeFileHandle root) => Posix.Stat(root, Internals.ToUpperInvariant(), out _) == Errno.None;
}
