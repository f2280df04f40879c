using System.Collections.Concurrent;
using System.Globalization;
using BleepStore.Storage.Local.IO;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Managed;

/// <summary>
/// Locks by files that are opened exclusively. Each lock has a file of its own. The file of the first lock is beside the file that stands
/// for all locks. The other files are in a folder there. The files are made on first use, and never deleted.
/// </summary>
internal sealed class ManagedLocks : DiskLocks
{
    /// <summary>The most attempts that others can disturb by deleting the file at the moment when it is locked.</summary>
    private const int MostDeletions = 1000;

    private readonly HostSystem _host;
    private readonly string _path;
    private readonly string _folder;
    private readonly SafeFileHandle? _file;
    private readonly ConcurrentDictionary<long, SafeFileHandle> _held = new();

    /// <param name="host">The system.</param>
    /// <param name="path">The file that stands for all locks.</param>
    /// <param name="file">
    /// The file that stands for all locks, open. Closed with this object. <see langword="null"/> after a failure.
    /// </param>
    public ManagedLocks(HostSystem host, string path, SafeFileHandle? file)
        : base(file is null ? -1 : 0)
    {
        _host = host;
        _path = path;
        _folder = path + ".d";
        _file = file;
    }

    public override bool IsInvalid => handle == -1;

    public override DiskError Stat(out FileStatus status)
    {
        ObjectDisposedException.ThrowIf(IsClosed || _file is null, this);
        return _host.Stat(_file, out status);
    }

    public override DiskError TryLock(long number)
    {
        ObjectDisposedException.ThrowIf(IsClosed || _file is null, this);
        string path = number == 0 ? _path + ".0" : Path.Join(_folder, number.ToString("x", CultureInfo.InvariantCulture));
        for (int attempt = 0; attempt < MostDeletions; attempt++)
        {
            DiskError error = TryOpen(path, out SafeFileHandle? opened);
            if (error == DiskError.NotFound)
            {
                error = number == 0 ? error : _host.MakeFolder(_folder);
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
                _held[number] = opened;
                return DiskError.None;
            }

            opened?.Dispose();
        }

        return DiskError.NoLocks;
    }

    public override DiskError Unlock(long number)
    {
        if (_held.TryRemove(number, out SafeFileHandle? opened))
        {
            opened.Dispose();
        }

        return DiskError.None;
    }

    protected override bool ReleaseHandle()
    {
        foreach (SafeFileHandle held in _held.Values)
        {
            held.Dispose();
        }

        _file?.Dispose();
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
