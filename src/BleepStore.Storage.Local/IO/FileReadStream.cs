using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Local.IO;

/// <summary>
/// Reads a range of an open file, even if the file loses its name. Bytes in the system's memory are read at once. Another thread waits for
/// the disk.
/// </summary>
/// <remarks>
/// Another program can change the file in place during the read. The bytes then belong to neither version, so the last bytes are not
/// returned.
/// </remarks>
/// <param name="file">The file. Disposed with the stream.</param>
/// <param name="opened">The version of the file at the time of opening.</param>
/// <param name="offset">The first byte.</param>
/// <param name="length">How many bytes.</param>
internal sealed class FileReadStream(DiskFile file, FileVersion opened, long offset, long length) : ReadOnlyStream
{
    /// <summary>The largest read on the caller's thread. Above this size even a copy from memory is worth another thread.</summary>
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
