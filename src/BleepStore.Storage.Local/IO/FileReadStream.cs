using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Local.IO;

/// <summary>
/// Reads a range of a file that is open, whatever becomes of its name. What is in the system's memory is read at once; for the disk another
/// thread waits.
/// </summary>
/// <remarks>
/// Another program can change the file in place meanwhile. Then the bytes are of neither version, so the last of them are not handed out.
/// </remarks>
/// <param name="file">The file; closed with this.</param>
/// <param name="opened">The file as it was when it was opened.</param>
/// <param name="offset">The first byte.</param>
/// <param name="length">How many bytes.</param>
internal sealed class FileReadStream(DiskFile file, FileVersion opened, long offset, long length) : ReadOnlyStream
{
    /// <summary>Above this, even copying from memory takes long enough to be worth another thread.</summary>
    private const int ReadInLine = 256 * 1024;

    private readonly long _end = offset + length;
    private long _position = offset;
    private bool _cannotTellCached;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        Memory<byte> wanted = buffer[..(int)Math.Min(buffer.Length, _end - _position)];
        if (wanted.IsEmpty)
        {
            return ValueTask.FromResult(0);
        }

        if (!_cannotTellCached && wanted.Length <= ReadInLine)
        {
            DiskError error = file.ReadCached(wanted.Span, _position, out int count);
            if (error == DiskError.None && count > 0)
            {
                return ValueTask.FromResult(Note(count));
            }

            _cannotTellCached = error is not (DiskError.None or DiskError.WouldBlock);
        }

        return new ValueTask<int>(DiskWork.RunAsync(() => ReadNow(wanted.Span), CancellationToken.None));
    }

    public override int Read(Span<byte> buffer) => ReadNow(buffer[..(int)Math.Min(buffer.Length, _end - _position)]);

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }

    private int ReadNow(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        LocalErrors.Check(file.Read(buffer, _position, out int count), "Reading the object");
        return Note(count);
    }

    private int Note(int count)
    {
        _position += count;
        if (count == 0 || _position == _end)
        {
            opened.RequireStill(file);
        }

        return count;
    }
}
