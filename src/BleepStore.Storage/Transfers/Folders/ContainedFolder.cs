using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// A folder below a root, reached without following a link. On Linux the folder is held open and its files are reached through it. So a
/// folder that is swapped for a link in the meantime leads nowhere else. Other systems look at each folder before it is used.
/// </summary>
internal sealed partial class ContainedFolder : IDisposable
{
    private const string Descriptors = "/proc/self/fd";
    private const int OnlyReach = 0x200000;
    private const int CloseOnExec = 0x80000;

    /// <summary>ARM and POWER number these two differently.</summary>
    private static readonly bool IsOwnNumbering =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Ppc64le;

    private static readonly int IsFolder = IsOwnNumbering ? 0x4000 : 0x10000;
    private static readonly int KeepLinks = IsOwnNumbering ? 0x8000 : 0x20000;
    private static readonly bool HoldsFolders = OperatingSystem.IsLinux() && Directory.Exists(Descriptors);

    private readonly SafeFileHandle? _handle;

    private ContainedFolder(string realPath, SafeFileHandle? handle)
    {
        RealPath = realPath;
        _handle = handle;
        Path = handle is null ? realPath : $"{Descriptors}/{handle.DangerousGetHandle()}";
    }

    /// <summary>The path by which to reach the content of the folder, until this object is disposed.</summary>
    public string Path { get; }

    /// <summary>Where the folder was when it was opened.</summary>
    public string RealPath { get; }

    /// <summary>Opens a folder below a root.</summary>
    /// <param name="root">The root. Links that lead to it are the caller's, and are followed.</param>
    /// <param name="segments">The names of the folders below it.</param>
    /// <param name="creates">Whether folders that are not there are made.</param>
    /// <exception cref="IOException">A folder is not there, or something else has its name.</exception>
    public static ContainedFolder Open(string root, ReadOnlySpan<string> segments, bool creates)
    {
        if (creates)
        {
            Directory.CreateDirectory(root);
        }

        ContainedFolder folder = HoldsFolders ? new(root, Hold(root, root, followsLink: true)) : new(root, null);
        foreach (string segment in segments)
        {
            using ContainedFolder parent = folder;
            folder = parent.OpenFolder(segment, creates);
        }

        return folder;
    }

    /// <summary>Does something in the folder. An error of the file system then says where the file really is.</summary>
    public void Run(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (TellsTheWay(error))
        {
            throw Explained(error);
        }
    }

    /// <inheritdoc cref="Run"/>
    public async Task RunAsync(Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (Exception error) when (TellsTheWay(error))
        {
            throw Explained(error);
        }
    }

    public void Dispose() => _handle?.Dispose();

    private static SafeFileHandle Hold(string path, string realPath, bool followsLink)
    {
        int descriptor = Open(path, OnlyReach | IsFolder | CloseOnExec | (followsLink ? 0 : KeepLinks));
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException(
                $"The folder '{realPath}' cannot be used: {Marshal.GetLastPInvokeErrorMessage()}. A link is not followed there.");
    }

    /// <summary>Whether an error of the file system tells the way to the folder instead of its place.</summary>
    private bool TellsTheWay(Exception error) =>
        _handle is not null
        && error is IOException or UnauthorizedAccessException
        && error.Message.Contains(Path, StringComparison.Ordinal);

    private IOException Explained(Exception error) => new(error.Message.Replace(Path, RealPath, StringComparison.Ordinal), error);

    private ContainedFolder OpenFolder(string name, bool creates)
    {
        string reached = System.IO.Path.Combine(Path, name);
        string real = System.IO.Path.Combine(RealPath, name);
        FileKind? kind = FileStatus.Of(reached, followsLink: false)?.Kind;
        if (kind is null && creates)
        {
            Run(() => Directory.CreateDirectory(reached));
        }
        else if (kind is not FileKind.Folder)
        {
            string what = kind is FileKind.Link ? "link" : "file";
            throw new IOException(kind is null
                ? $"The folder '{real}' does not exist."
                : $"'{real}' is a {what}, but a folder is required. Remove it, or choose another folder.");
        }

        return new ContainedFolder(real, _handle is null ? null : Hold(reached, real, followsLink: false));
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}
