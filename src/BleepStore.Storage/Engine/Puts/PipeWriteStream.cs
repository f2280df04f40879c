using System.IO.Pipelines;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>
/// The writing end of an <see cref="ObjectWriter"/>: asynchronous only, and it never completes the pipe, since only a commit may.
/// </summary>
/// <param name="writer">The pipe.</param>
/// <param name="failIfReaderEnded">Awaited when the reading end has stopped reading; throws why.</param>
internal sealed class PipeWriteStream(PipeWriter writer, Func<Task> failIfReaderEnded) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        FlushResult result = await writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        await RequireReaderAsync(result).ConfigureAwait(false);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        FlushResult result = await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        await RequireReaderAsync(result).ConfigureAwait(false);
    }

    /// <summary>
    /// Wrappers (compressors, text writers) flush synchronously when they are disposed; there is nothing here that needs it.
    /// </summary>
    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw AsyncReadStream.AsyncOnly();

    public override void Write(ReadOnlySpan<byte> buffer) => throw AsyncReadStream.AsyncOnly();

    public override void WriteByte(byte value) => throw AsyncReadStream.AsyncOnly();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask RequireReaderAsync(FlushResult result)
    {
        if (result.IsCompleted)
        {
            await failIfReaderEnded().ConfigureAwait(false);
        }
    }
}
