using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Managed;

/// <summary>
/// The file system through the class library, for systems without a file layer of their own. The layer uses paths, because the class
/// library cannot open folders. So another process can lead it astray by replacing a folder with a link between two calls.
/// </summary>
/// <param name="host">The system.</param>
internal sealed class ManagedLayer(HostSystem host) : FileLayer
{
    /// <summary>The layer of this system, or <see langword="null"/> if the system has no layer.</summary>
    public static ManagedLayer? ForThisSystem() =>
        OperatingSystem.IsWindows() ? new ManagedLayer(new WindowsHost())
        : OperatingSystem.IsMacOS() ? new ManagedLayer(new MacHost())
        : null;

    public override ulong MostOpenFiles => host.MostOpenFiles;

    public override bool CanExchange => false;

    public override bool HoldsFolders => false;

    public override bool NeedsPortableNames => true;

    public override bool KeepsDeletedNames => host.KeepsDeletedNames;

    public override void Prepare() => host.Prepare();

    public override DiskError OpenRoot(string path, out DiskFolder folder)
    {
        DiskError error = host.Stat(path, follows: true, out FileStatus status);
        error = error == DiskError.None && !status.IsFolder ? DiskError.NotAFolder : error;
        folder = new ManagedFolder(host, error == DiskError.None ? path : null, isRoot: true);
        return error;
    }

    public override DiskError StatPath(string path, out FileStatus status) => host.Stat(path, follows: true, out status);
}
