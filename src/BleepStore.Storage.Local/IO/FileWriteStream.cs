using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Local.IO;

/// <summary>
/// Writes a new file from its beginning. What is large goes to the disk on another thread, while the caller reads and hashes the next
/// bytes.
/// </summary>
/// <param name="file">The file; not closed.</param>
/// <param name="flushesEarly">Whether the disk begins to write while bytes still come, because the file will be flushed.</param>
internal sealed class FileWriteStream(DiskFile file, bool flushesEarly) : WriteOnlyStream
{
    /// <summary>Up to this, copying into the system's memory takes less than handing it to another thread.</summary>
    private const int WriteInLine = 64 * 1024;

    private const long FlushEvery = 16 * 1024 * 1024;

    private long _position;
    private long _flushed;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (buffer.Length > WriteInLine)
        {
            return new ValueTask(DiskWork.RunAsync(() => Write(buffer.Span), CancellationToken.None));
        }

        try
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
        catch (StorageException error)
        {
            return ValueTask.FromException(error);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        LocalErrors.Check(file.Write(buffer, _position), "Writing the object");
        _position += buffer.Length;
        if (flushesEarly && _position - _flushed >= FlushEvery)
        {
            file.StartFlushing(_flushed, _position - _flushed);
            _flushed = _position;
        }
    }
}
