using System.IO.Enumeration;
using BleepStore.Storage.Local.IO;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Managed;

/// <summary>A folder by its path. Nothing of the system is held open.</summary>
/// <param name="host">The system.</param>
/// <param name="path">The absolute path. <see langword="null"/> after a failure.</param>
/// <param name="isRoot">Whether a link at the end of the path is followed.</param>
internal sealed class ManagedFolder(HostSystem host, string? path, bool isRoot = false) : DiskFolder(path is null ? -1 : 0)
{
    /// <summary>The most attempts that others can disturb by a new file between the check of the name and the opening.</summary>
    private const int MostReplacements = 1000;

    private const FileShare ShareAll = FileShare.ReadWrite | FileShare.Delete;

    private static readonly EnumerationOptions AllEntries = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    public override bool IsInvalid => handle == -1;

    public override DiskError Stat(out FileStatus status) => host.Stat(Path, isRoot, out status);

    public override DiskError Stat(string name, out FileStatus status) => host.Stat(PathOf(name), follows: false, out status);

    public override DiskError Flush() => host.FlushFolder(Path);

    public override DiskError OpenFile(string name, out DiskFile file) => Open(PathOf(name), looks: false, out file);

    public override DiskError MakeFile(string name, out DiskFile file)
    {
        DiskError error = Open(PathOf(name), FileMode.CreateNew, FileAccess.ReadWrite, out SafeFileHandle? opened);
        file = opened is null ? ManagedFile.Invalid(host) : new ManagedFile(host, opened);
        return error;
    }

    public override DiskError OpenLocks(string name, bool makesMissing, out DiskLocks locks)
    {
        string inner = PathOf(name);
        FileMode mode = makesMissing ? FileMode.OpenOrCreate : FileMode.Open;
        DiskError error = Open(inner, mode, FileAccess.ReadWrite, out SafeFileHandle? opened);
        locks = new ManagedLocks(host, inner, opened);
        return error;
    }

    public override DiskError OpenFolder(string name, out DiskFolder folder)
    {
        string inner = PathOf(name);
        DiskError error = RequireFolder(inner);
        folder = new ManagedFolder(host, error == DiskError.None ? inner : null);
        return error;
    }

    public override DiskError OpenFileBelow(string path, out DiskFile file) => OpenBelow(path, looks: false, out file);

    public override DiskError OpenToLookBelow(string path, out DiskFile file) => OpenBelow(path, looks: true, out file);

    public override DiskError OpenFolderBelow(string path, out DiskFolder folder)
    {
        DiskError error = RequireFoldersAbove(path);
        if (error == DiskError.None)
        {
            return OpenFolder(path, out folder);
        }

        folder = new ManagedFolder(host, path: null);
        return error;
    }

    public override DiskError Reopen(out DiskFolder folder)
    {
        DiskError error = RequireFolder(Path, isRoot);
        folder = new ManagedFolder(host, error == DiskError.None ? Path : null, isRoot);
        return error;
    }

    public override DiskError MakeFolder(string name) => host.MakeFolder(PathOf(name));

    public override DiskError RemoveFile(string name) => host.RemoveFile(PathOf(name));

    public override DiskError RemoveFolder(string name) => host.RemoveFolder(PathOf(name));

    public override DiskError Link(string name, DiskFolder toFolder, string to) =>
        host.Link(PathOf(name), ((ManagedFolder)toFolder).PathOf(to));

    public override DiskError Move(string name, DiskFolder toFolder, string to) =>
        host.Move(PathOf(name), ((ManagedFolder)toFolder).PathOf(to));

    public override DiskError Exchange(string name, DiskFolder otherFolder, string other) => DiskError.NotSupported;

    /// <summary>
    /// Returns an error, because the class library cannot lock folders. So there is no guard against a cleaner that deletes files of held
    /// locks.
    /// </summary>
    public override DiskError TryLock(bool isAlone) => DiskError.NotSupported;

    public override DiskError Unlock() => DiskError.NotSupported;

    public override DiskError ReadEntries(List<FolderEntry> entries)
    {
        try
        {
            foreach (FolderEntry? entry in new FileSystemEnumerable<FolderEntry?>(Path, Read, AllEntries))
            {
                if (entry is { } there)
                {
                    entries.Add(there);
                }
            }

            return DiskError.None;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return host.ErrorOf(error);
        }
    }

    protected override bool ReleaseHandle() => true;

    private string Path
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed || path is null, this);
            return path;
        }
    }

    private string PathOf(string name) => host.Join(Path, name);

    private FolderEntry? Read(ref FileSystemEntry entry)
    {
        string name = entry.FileName.ToString();

        // The class library shows invalid bytes as U+FFFD. Such a name cannot be opened.
        return !Names.IsText(name) ? new FolderEntry(Name: null, EntryKind.Other, Names.Show(name))
            : host.KindOf(ref entry) is { } kind ? new FolderEntry(name, kind) : null;
    }

    private DiskError RequireFolder(string folder, bool follows = false)
    {
        DiskError error = host.Stat(folder, follows, out FileStatus status);
        return error != DiskError.None ? error
            : status.IsLink ? DiskError.IsALink
            : status.IsFolder ? DiskError.None : DiskError.NotAFolder;
    }

    private DiskError RequireFoldersAbove(string below)
    {
        for (int slash = below.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = below.IndexOf('/', slash + 1))
        {
            DiskError error = RequireFolder(PathOf(below[..slash]));
            if (error != DiskError.None)
            {
                return error;
            }
        }

        return DiskError.None;
    }

    private DiskError OpenBelow(string below, bool looks, out DiskFile file)
    {
        DiskError error = RequireFoldersAbove(below);
        if (error == DiskError.None)
        {
            return Open(PathOf(below), looks, out file);
        }

        file = ManagedFile.Invalid(host);
        return error;
    }

    /// <summary>
    /// Opens a file or a folder. The class library follows links and waits for the writers of pipes. So the entry is checked first, and the
    /// opened file is compared with it.
    /// </summary>
    /// <param name="inner">The path.</param>
    /// <param name="looks">Whether only the properties and attributes are read.</param>
    /// <param name="file">The file. Invalid after an error.</param>
    private DiskError Open(string inner, bool looks, out DiskFile file)
    {
        for (int attempt = 0; attempt < MostReplacements; attempt++)
        {
            file = ManagedFile.Invalid(host);
            DiskError error = host.Stat(inner, follows: false, out FileStatus status);
            if (error != DiskError.None || !status.IsFile)
            {
                file = error == DiskError.None && status.IsFolder ? ManagedFile.OfFolder(host, status) : file;
                return error != DiskError.None ? error
                    : status.IsLink ? DiskError.IsALink
                    : status.IsFolder ? DiskError.None : DiskError.NotAFile;
            }

            error = looks
                ? host.OpenToLook(inner, out SafeFileHandle? opened)
                : Open(inner, FileMode.Open, FileAccess.Read, out opened);
            file = opened is null ? file : new ManagedFile(host, opened) { IsHeld = looks };
            bool isSame = error switch
            {
                DiskError.None => file.Stat(out FileStatus read) == DiskError.None && read.IsSameFile(status),

                // The file can be a folder by now. The system does not open a folder as a file.
                DiskError.AccessDenied => host.Stat(inner, follows: false, out FileStatus now) == DiskError.None && now.IsSameFile(status),
                _ => true,
            };
            if (isSame)
            {
                // On Unix the class library reports another program's exclusive lock in this way.
                return error == DiskError.WouldBlock ? DiskError.HeldOpen : error;
            }

            file.Dispose();
        }

        file = ManagedFile.Invalid(host);
        return DiskError.InUse;
    }

    private DiskError Open(string inner, FileMode mode, FileAccess access, out SafeFileHandle? opened)
    {
        try
        {
            opened = File.OpenHandle(inner, mode, access, ShareAll);
            return DiskError.None;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            opened = null;
            return host.ErrorOf(error);
        }
    }
}
