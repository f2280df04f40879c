using System.IO.Pipelines;
using BleepStore.Storage.Backends.Bodies;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>
/// The writing end of an <see cref="ObjectWriter"/>. It never completes the pipe, since only a commit may. It remembers whether all that was
/// written is in the pipe, since only then a commit may.
/// </summary>
/// <param name="writer">The pipe.</param>
/// <param name="failIfReaderEnded">Awaited when the reading end has stopped reading; throws why.</param>
internal sealed class PipeWriteStream(PipeWriter writer, Func<Task> failIfReaderEnded) : Stream
{
    private int _isWriting;
    private Exception? _failure;

    /// <summary>Whether anything was written, zero bytes included.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Whether a write has not ended yet.</summary>
    public bool IsWriting => Volatile.Read(ref _isWriting) != 0;

    /// <summary>Why a write failed, or was cancelled. Nobody knows which of its bytes are in the pipe.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

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
        BeginWrite();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            FlushResult result = await writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            await RequireReaderAsync(result).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            Fail(thrown);
            throw;
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Writes into the pipe. Waits while the store takes bytes more slowly than they come.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        BeginWrite();
        try
        {
            while (!buffer.IsEmpty)
            {
                Span<byte> room = writer.GetSpan();
                int count = Math.Min(room.Length, buffer.Length);
                buffer[..count].CopyTo(room);
                writer.Advance(count);
                buffer = buffer[count..];
                FlushResult result = Blocking.Wait(writer.FlushAsync(CancellationToken.None));
                if (result.IsCompleted)
                {
                    Blocking.Wait(failIfReaderEnded());
                }
            }
        }
        catch (Exception thrown)
        {
            Fail(thrown);
            throw;
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    public override void WriteByte(byte value) => Write(new ReadOnlySpan<byte>(in value));

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        FlushResult result = await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        await RequireReaderAsync(result).ConfigureAwait(false);
    }

    /// <summary>Each write is flushed already.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void BeginWrite()
    {
        if (Interlocked.Exchange(ref _isWriting, 1) != 0)
        {
            throw new InvalidOperationException("Another write has not ended yet. Await each write before the next one.");
        }

        HasWritten = true;
    }

    private void Fail(Exception thrown) => Interlocked.CompareExchange(ref _failure, thrown, null);

    private async ValueTask RequireReaderAsync(FlushResult result)
    {
        if (result.IsCompleted)
        {
            await failIfReaderEnded().ConfigureAwait(false);
        }
    }
}
