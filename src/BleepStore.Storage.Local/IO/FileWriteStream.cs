using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Local.IO;

/// <summary>
/// Writes a new file from its beginning. Large buffers are written on another thread, while the caller reads and hashes the next bytes.
/// </summary>
/// <param name="file">The file. The stream does not close it.</param>
/// <param name="flushesEarly">Whether the disk begins to write before the last byte arrives, because the file will be flushed.</param>
internal sealed class FileWriteStream(DiskFile file, bool flushesEarly) : WriteOnlyStream
{
    /// <summary>
    /// The largest write on the caller's thread. Up to this size a copy into the system's memory is faster than a switch of threads.
    /// </summary>
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
