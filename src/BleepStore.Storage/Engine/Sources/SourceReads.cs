using System.Buffers;
using System.Runtime.CompilerServices;
using BleepStore.Storage.Budget;

namespace BleepStore.Storage.Engine.Sources;

/// <summary>
/// The reads of one caller's source. A cancelled read that ignores its token is abandoned. A source that stands still does not delay other
/// puts.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class SourceReads(TimeProvider time)
{
    /// <summary>How long a cancelled read may take to end.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private const int BounceSize = 128 * 1024;

    private volatile StorageException? _failure;

    /// <summary>The share of the store's gate that the transfer holds.</summary>
    public TransferPass? Pass { get; set; }

    /// <summary>Whether a read was abandoned, so the position of the source is unknown.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Records that the source failed.</summary>
    /// <param name="offset">How many bytes were read before.</param>
    /// <param name="cause">The exception of the source.</param>
    /// <returns>The exception for the sender of the bytes.</returns>
    public StorageException Failed(long offset, Exception cause) => _failure = IncompleteBody.Failed(offset, cause);

    /// <summary>
    /// Throws the exception of the source, if the source caused the failure of the transfer. A failure of unknown outcome belongs to the
    /// transfer.
    /// </summary>
    /// <param name="thrown">The failure of the transfer.</param>
    /// <exception cref="SourceException">The source failed.</exception>
    public void ThrowIfCause(Exception thrown)
    {
        if (_failure is { } failure && thrown is StorageException { Code: StorageErrorCode.IncompleteBody, IsOutcomeUnknown: false })
        {
            throw new SourceException(failure);
        }
    }

    /// <summary>Reads into a buffer of this library.</summary>
    /// <exception cref="SourceAbandonedException">The buffer must not be used again.</exception>
    public ValueTask<int> ReadAsync(Stream source, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ValueTask<int> reading = source.ReadAsync(buffer, cancellationToken);
        return reading.IsCompleted ? reading : FinishAsync(reading, cancellationToken);
    }

    /// <summary>Reads into a buffer that its owner will use for other data, whatever the outcome of the read.</summary>
    /// <exception cref="SourceAbandonedException">The source does not write into the buffer.</exception>
    public async ValueTask<int> ReadForeignAsync(Stream source, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (source.GetType() == typeof(MemoryStream) || buffer.IsEmpty)
        {
            return await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        int asked = Math.Min(buffer.Length, BounceSize);
        byte[] ours = ArrayPool<byte>.Shared.Rent(asked);
        int count;
        try
        {
            count = await ReadAsync(source, ours.AsMemory(0, asked), cancellationToken).ConfigureAwait(false);
            ours.AsSpan(0, IncompleteBody.RequirePossible(count, asked)).CopyTo(buffer.Span);
        }
        catch (SourceAbandonedException)
        {
            throw;
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(ours);
            throw;
        }

        ArrayPool<byte>.Shared.Return(ours);
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FinishAsync(ValueTask<int> reading, CancellationToken cancellationToken)
    {
        TransferPass? pass = Pass;
        pass?.BeginWaiting();
        int count;
        try
        {
            count = cancellationToken.CanBeCanceled
                ? await HeedAsync(reading.AsTask(), cancellationToken).ConfigureAwait(false)
                : await reading.ConfigureAwait(false);
        }
        catch
        {
            pass?.EndWaiting();
            throw;
        }

        if (pass is not null)
        {
            await pass.GoOnAsync(cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    /// <summary>
    /// Most sources heed the token themselves, and their own answer is the better one. Only a read that does not end is left behind.
    /// </summary>
    private async Task<int> HeedAsync(Task<int> reading, CancellationToken cancellationToken)
    {
        await ((Task)reading.WaitAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!reading.IsCompleted)
        {
            await ((Task)reading.WaitAsync(Grace, time, CancellationToken.None)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (reading.IsCompleted)
        {
            return await reading.ConfigureAwait(false);
        }

        // No caller is left for the result.
        _ = reading.ContinueWith(
            static read => read.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        IsAbandoned = true;
        throw new SourceAbandonedException(cancellationToken);
    }
}
