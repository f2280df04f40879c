using System.Collections.Concurrent;
using System.Globalization;
using BleepStore.Storage.Local.IO;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Managed;

/// <summary>
/// Locks by files that are opened exclusively. Each lock has a file of its own. The file of the first lock is beside the file that stands
/// for all locks. The other files are in a folder there. The files are made on first use, and never deleted.
/// </summary>
internal sealed class ManagedLocks : DiskFile
{
    /// <summary>The most attempts that others can disturb by deleting the file at the moment when it is locked.</summary>
    private const int MostDeletions = 1000;

    private readonly HostSystem _host;
    private readonly string _path;
    private readonly string _folder;
    private readonly SafeFileHandle _file;
    private readonly ConcurrentDictionary<long, SafeFileHandle> _held = new();

    /// <param name="host">The system.</param>
    /// <param name="path">The file that stands for all locks.</param>
    /// <param name="file">The file that stands for all locks, open. Closed with this object.</param>
    public ManagedLocks(HostSystem host, string path, SafeFileHandle file)
        : base(0)
    {
        _host = host;
        _path = path;
        _folder = path + ".d";
        _file = file;
    }

    public override bool IsInvalid => false;

    public override DiskError Stat(out FileStatus status) => _host.Stat(_file, out status);

    public override DiskError TryLock(long at)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        string path = at == 0 ? _path + ".0" : Path.Join(_folder, at.ToString("x", CultureInfo.InvariantCulture));
        for (int attempt = 0; attempt < MostDeletions; attempt++)
        {
            DiskError error = TryOpen(path, out SafeFileHandle? opened);
            if (error == DiskError.NotFound)
            {
                error = at == 0 ? error : _host.MakeFolder(_folder);
                if (error is not (DiskError.None or DiskError.Exists))
                {
                    return error;
                }
            }
            else if (opened is null)
            {
                return error;
            }
            else if (IsInPlace(opened, path))
            {
                _held[at] = opened;
                return DiskError.None;
            }

            opened?.Dispose();
        }

        return DiskError.NoLocks;
    }

    public override DiskError Unlock(long at)
    {
        if (_held.TryRemove(at, out SafeFileHandle? opened))
        {
            opened.Dispose();
        }

        return DiskError.None;
    }

    public override DiskError Flush() => DiskError.NotSupported;

    public override DiskError Read(Span<byte> buffer, long offset, out int count)
    {
        count = 0;
        return DiskError.NotSupported;
    }

    public override DiskError ReadCached(Span<byte> buffer, long offset, out int count) => Read(buffer, offset, out count);

    public override DiskError Write(ReadOnlySpan<byte> bytes, long offset) => DiskError.NotSupported;

    public override void StartFlushing(long offset, long count)
    {
        // A lock file holds no bytes.
    }

    public override DiskError Truncate() => DiskError.NotSupported;

    public override DiskError CopyTo(ref long offset, DiskFile to, ref long toOffset, long count, out long copied)
    {
        copied = 0;
        return DiskError.NotSupported;
    }

    public override DiskError SetAttribute(string name, ReadOnlySpan<byte> value) => DiskError.NotSupported;

    public override DiskError GetAttribute(string name, Span<byte> buffer, out int size)
    {
        size = 0;
        return DiskError.NotSupported;
    }

    protected override bool ReleaseHandle()
    {
        foreach (SafeFileHandle held in _held.Values)
        {
            held.Dispose();
        }

        _file.Dispose();
        return true;
    }

    private DiskError TryOpen(string path, out SafeFileHandle? opened)
    {
        try
        {
            opened = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return DiskError.None;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            opened = null;
            DiskError code = _host.ErrorOf(error);
            return code == DiskError.HeldOpen ? DiskError.WouldBlock : code;
        }
    }

    private bool IsInPlace(SafeFileHandle opened, string path) =>
        _host.Stat(opened, out FileStatus held) == DiskError.None
        && _host.Stat(path, follows: false, out FileStatus named) == DiskError.None
        && held.IsSameFile(named);
}
