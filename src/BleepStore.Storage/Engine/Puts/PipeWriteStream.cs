using System.Buffers;
using System.IO.Pipelines;
using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>
/// The writing end of an <see cref="ObjectWriter"/>. It never completes the pipe, since only a commit may. It records whether all written
/// bytes are in the pipe, since only then a commit may complete it.
/// </summary>
/// <remarks>
/// An asynchronous write waits while the pipe is full. A synchronous one first fills memory, because a thread that waits may be the one
/// that the store needs to go on. Many synchronous writers on the thread pool would otherwise stop each other for seconds.
/// </remarks>
/// <param name="writer">The pipe.</param>
/// <param name="failIfReaderEnded">Awaited when the reading end has stopped. It throws the reason.</param>
internal sealed class PipeWriteStream(PipeWriter writer, Func<Task> failIfReaderEnded) : WriteOnlyStream
{
    /// <summary>
    /// How many bytes synchronous writes hold in memory before they wait. The store may have as many again still to take.
    /// </summary>
    public const int MostHeld = 4 * 1024 * 1024;

    private const int Step = 256 * 1024;

    private const int Idle = 0;
    private const int Writing = 1;
    private const int Closed = 2;

    /// <summary>A flush after synchronous writes that nobody has waited for yet.</summary>
    private Task<FlushResult>? _flush;
    private long _held;
    private int _use;
    private Exception? _failure;
    private Exception? _abandoned;

    /// <summary>Whether anything was written, zero bytes included.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Whether a write has not ended yet.</summary>
    public bool IsWriting => Volatile.Read(ref _use) == Writing;

    /// <summary>Why a write failed, or was cancelled. Nobody knows which of its bytes are in the pipe.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        BeginWrite();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await DrainAsync(cancellationToken).ConfigureAwait(false);
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
            EndWrite();
        }
    }

    /// <summary>Writes into the pipe. Waits only when more than <see cref="MostHeld"/> is ahead of the store.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        BeginWrite();
        try
        {
            while (!buffer.IsEmpty)
            {
                ReadOnlySpan<byte> step = buffer[..Math.Min(Step, buffer.Length)];
                writer.Write(step);
                buffer = buffer[step.Length..];
                _held += step.Length;
                PassOn();
            }
        }
        catch (Exception thrown)
        {
            Fail(thrown);
            throw;
        }
        finally
        {
            EndWrite();
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken).ConfigureAwait(false);
        FlushResult result = await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        await RequireReaderAsync(result).ConfigureAwait(false);
    }

    /// <summary>Waits until the store has read the bytes of synchronous writes, except those that the pipe holds.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        while (_flush is { } flush)
        {
            FlushResult result = await flush.WaitAsync(cancellationToken).ConfigureAwait(false);
            _flush = null;
            await RequireReaderAsync(result).ConfigureAwait(false);
            StartFlush();
        }
    }

    public static InvalidOperationException EndedAlready() =>
        new("The object was already committed or discarded. Open another writer.");

    /// <summary>Prevents further writes.</summary>
    /// <returns>
    /// Whether the stream is now closed. <see langword="false"/> when a write is still running, or when the stream was closed before.
    /// </returns>
    public bool TryClose() => Interlocked.CompareExchange(ref _use, Closed, Idle) == Idle;

    /// <summary>
    /// Ends the pipe without a commit. A running write ends the pipe when it returns, because it must keep its memory until then.
    /// </summary>
    /// <param name="reason">The reason for the reading end.</param>
    public void Abandon(Exception reason)
    {
        Interlocked.Exchange(ref _abandoned, reason);
        if (Interlocked.CompareExchange(ref _use, Closed, Idle) != Writing)
        {
            writer.Complete(reason);
        }
    }

    private void PassOn()
    {
        if (_flush is null)
        {
            StartFlush();
        }

        while (_flush is { } flush && (flush.IsCompleted || _held >= MostHeld))
        {
            _flush = null;
            RequireReader(Blocking.Wait(new ValueTask<FlushResult>(flush)));
            StartFlush();
        }
    }

    private void StartFlush()
    {
        if (_held == 0)
        {
            return;
        }

        _held = 0;
        if (writer.FlushAsync(CancellationToken.None).TryTake(out FlushResult result, out ValueTask<FlushResult> pending))
        {
            RequireReader(result);
        }
        else
        {
            _flush = pending.AsTask();
        }
    }

    private void RequireReader(FlushResult result)
    {
        if (result.IsCompleted)
        {
            Blocking.Wait(failIfReaderEnded());
        }
    }

    private void BeginWrite()
    {
        int use = Interlocked.CompareExchange(ref _use, Writing, Idle);
        if (use != Idle)
        {
            throw use == Writing
                ? new InvalidOperationException("Another write has not ended yet. Await each write before the next one.")
                : EndedAlready();
        }

        HasWritten = true;
    }

    private void EndWrite()
    {
        Interlocked.Exchange(ref _use, Idle);
        if (Volatile.Read(ref _abandoned) is { } reason && TryClose())
        {
            writer.Complete(reason);
        }
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
