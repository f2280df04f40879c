using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Native;

/// <summary>The system calls of 64-bit Linux.</summary>
/// <param name="stepwise">Whether paths are opened folder by folder, even if the system can open them in one call. For tests.</param>
internal sealed class NativeLayer(bool stepwise) : FileLayer
{
    /// <summary>Whether this system has the calls.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    public override ulong MostOpenFiles => ProcessLimits.OpenFiles;

    public override bool CanExchange => true;

    public override bool HoldsFolders => true;

    public override bool NeedsPortableNames => false;

    public override bool KeepsDeletedNames => false;

    public override void Prepare() => ProcessLimits.SurviveLargeFiles();

    public override DiskError OpenRoot(string path, out DiskFolder folder)
    {
        int error = Posix.OpenRoot(path, out nint descriptor);
        folder = new NativeFolder(descriptor, stepwise);
        return (DiskError)error;
    }

    public override DiskError StatPath(string path, out FileStatus status)
    {
        int error = Posix.StatPath(path, follows: true, out StatX found);
        status = found.ToStatus();
        return (DiskError)error;
    }
}
