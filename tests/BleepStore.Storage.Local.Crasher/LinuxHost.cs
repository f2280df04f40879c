using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>
/// 64-bit Linux. Stores use <see cref="NativeLayer"/> there. Only tests use this class, to run the managed layer without Windows or macOS.
/// </summary>
/// <param name="hasAttributes">Whether files have attributes, as on macOS, or no attributes, as on Windows.</param>
internal class LinuxHost(bool hasAttributes) : UnixHost
{
    public override ulong MostOpenFiles => ProcessLimits.OpenFiles;

    protected override int LookFlags => OpenFlags.Read;

    public override DiskError Stat(string path, bool follows, out FileStatus status)
    {
        int error = Posix.StatPath(path, follows, out StatX found);
        status = found.ToStatus();
        return (DiskError)error;
    }

    public override DiskError Stat(SafeFileHandle file, out FileStatus status)
    {
        int error = Posix.Stat(file, out StatX found);
        status = found.ToStatus();
        return (DiskError)error;
    }

    public override DiskError SetAttribute(SafeFileHandle file, string name, ReadOnlySpan<byte> value) =>
        hasAttributes ? (DiskError)Posix.SetAttribute(file, name, value) : DiskError.NotSupported;

    public override DiskError GetAttribute(SafeFileHandle file, string name, Span<byte> buffer, out int size)
    {
        size = 0;
        return hasAttributes ? (DiskError)Posix.GetAttribute(file, name, buffer, out size) : DiskError.NotSupported;
    }

    protected override DiskError ErrorOf(int result) => (DiskError)result;
}
