using BleepStore.Storage.Local.IO;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Managed;

/// <summary>An open file of the class library.</summary>
internal sealed class ManagedFile : DiskFile
{
    private readonly HostSystem _host;
    private readonly SafeFileHandle? _file;
    private readonly FileStatus? _folder;
    private bool _isWritten;

    /// <param name="host">The system.</param>
    /// <param name="file">The file. Closed with this.</param>
    public ManagedFile(HostSystem host, SafeFileHandle file)
        : this(host, file, folder: null)
    {
    }

    private ManagedFile(HostSystem host, SafeFileHandle? file, FileStatus? folder)
        : base(file is null && folder is null ? -1 : 0)
    {
        _host = host;
        _file = file;
        _folder = folder;
    }

    /// <summary>Whether another program has the file open exclusively, so its bytes cannot be read.</summary>
    public bool IsHeld { get; init; }

    public override bool IsInvalid => handle == -1;

    private SafeFileHandle File => _file ?? throw new ObjectDisposedException(nameof(ManagedFile));

    /// <summary>The object that is returned as the file after a failure.</summary>
    public static ManagedFile Invalid(HostSystem host) => new(host, file: null, folder: null);

    /// <summary>A folder that was found in the place of a file. Only its properties can be read.</summary>
    public static ManagedFile OfFolder(HostSystem host, in FileStatus status) => new(host, file: null, status);

    public override DiskError Stat(out FileStatus status)
    {
        if (_folder is { } folder)
        {
            status = folder;
            return DiskError.None;
        }

        if (_isWritten)
        {
            _isWritten = false;
            _host.SettleTimes(File);
        }

        return _host.Stat(File, out status);
    }

    public override DiskError Flush() => _host.Flush(File);

    public override DiskError Read(Span<byte> buffer, long offset, out int count)
    {
        if (IsHeld)
        {
            count = 0;
            return DiskError.HeldOpen;
        }

        try
        {
            count = RandomAccess.Read(File, buffer, offset);
            return DiskError.None;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            count = 0;
            return _host.ErrorOf(error);
        }
    }

    public override DiskError ReadCached(Span<byte> buffer, long offset, out int count)
    {
        count = 0;
        return DiskError.NotSupported;
    }

    public override DiskError Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            _isWritten = true;
            RandomAccess.Write(File, bytes, offset);
            return DiskError.None;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return _host.ErrorOf(error);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The class library reports EFBIG as an invalid argument (dotnet/runtime, issue 82928). The arguments here are always valid.
            return DiskError.FileTooLarge;
        }
    }

    public override void StartFlushing(long offset, long count)
    {
        // The class library has no such call.
    }

    public override DiskError Truncate()
    {
        try
        {
            RandomAccess.SetLength(File, 0);
            return DiskError.None;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return _host.ErrorOf(error);
        }
    }

    public override DiskError CopyTo(ref long offset, DiskFile to, ref long toOffset, long count, out long copied)
    {
        copied = 0;
        return DiskError.NotSupported;
    }

    public override DiskError SetAttribute(string name, ReadOnlySpan<byte> value) => _host.SetAttribute(File, name, value);

    public override DiskError GetAttribute(string name, Span<byte> buffer, out int size) =>
        _host.GetAttribute(File, name, buffer, out size);

    protected override bool ReleaseHandle()
    {
        _file?.Dispose();
        return true;
    }
}
