using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Errors;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// The body of an answer, with a limit on how long a read waits. A read that gets nothing for so long throws
/// <see cref="StorageErrorCode.RequestTimeout"/>. Time between reads does not count. The core reads the bodies of
/// <see cref="StorageBackend.GetAsync"/> through it. A backend that reads a body itself, to relay it, does the same.
/// </summary>
/// <remarks>
/// The limit cancels the token of the read. A body that ignores its token for another 5 seconds is disposed while it is read. A synchronous
/// read has no token, so its body is disposed at once.
/// </remarks>
/// <param name="body">The body. Disposed with this.</param>
/// <param name="idle">How long a read may wait. <see cref="Timeout.InfiniteTimeSpan"/> means no limit.</param>
/// <param name="time">The clock.</param>
public sealed class IdleTimeoutStream(Stream body, TimeSpan idle, TimeProvider time) : ReadOnlyStream
{
    private readonly bool _isLimited = idle != Timeout.InfiniteTimeSpan;
    private TimeLimit? _limit;
    private long _rental;
    private bool _isWaiting;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_isLimited)
        {
            return body.ReadAsync(buffer, cancellationToken);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        // Most bytes of a body have already arrived when it is read. Then no limit is needed.
        TimeLimit limit = UsableLimit();
        return body.ReadAsync(buffer, limit.Token).TryTake(out int count, out ValueTask<int> reading)
            ? new ValueTask<int>(count)
            : FinishAsync(limit, reading, cancellationToken);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (!_isLimited)
        {
            return Blocking.Read(body, buffer);
        }

        TimeLimit limit = UsableLimit();
        long rental = _rental;
        Volatile.Write(ref _isWaiting, true);
        limit.Set(rental, idle, body, ignoresToken: true);
        int count;
        bool hasPassed;
        try
        {
            count = Blocking.Read(body, buffer);
            hasPassed = limit.HasPassed;
        }
        catch (Exception thrown) when (limit.HasPassed)
        {
            throw Stalled(thrown);
        }
        finally
        {
            limit.Pause(rental);
            Volatile.Write(ref _isWaiting, false);
        }

        return Believed(count, hasPassed);
    }

    /// <inheritdoc/>
    [SuppressMessage(
        "Usage",
        "CA2215:Dispose methods should call base class dispose",
        Justification = "The base would call Dispose, which closes the same again.")]
    public override ValueTask DisposeAsync()
    {
        ReturnLimit();
        return body.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ReturnLimit();
            body.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>A limit that was used up, by the caller's token or by a deadline, is replaced.</summary>
    private TimeLimit UsableLimit()
    {
        if (_limit is { Token.IsCancellationRequested: true })
        {
            ReturnLimit();
        }

        return _limit ??= TimeLimit.Rent(time, out _rental);
    }

    /// <summary>A read that is still waiting keeps its token.</summary>
    private void ReturnLimit() => Interlocked.Exchange(ref _limit, null)?.Return(_rental, canReuse: !Volatile.Read(ref _isWaiting));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FinishAsync(TimeLimit limit, ValueTask<int> reading, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _isWaiting, true);
        long rental = _rental;
        limit.Link(rental, cancellationToken);
        limit.Set(rental, idle, body);
        int count;
        bool hasPassed;
        try
        {
            count = await reading.ConfigureAwait(false);
            hasPassed = limit.HasPassed;
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            throw Cancellations.By(cancelled, cancellationToken);
        }
        catch (Exception thrown) when (limit.HasPassed)
        {
            throw Stalled(thrown);
        }
        finally
        {
            limit.Pause(rental);
            limit.Unlink(rental);
            Volatile.Write(ref _isWaiting, false);
        }

        return Believed(count, hasPassed);
    }

    /// <summary>
    /// A client that closes a body reads the rest by itself to reuse the connection. A read that returns then may lack bytes that the
    /// client has taken.
    /// </summary>
    private int Believed(int count, bool hasPassed) => hasPassed ? throw Stalled(thrown: null) : count;

    private StorageException Stalled(Exception? thrown)
    {
        string what = $"The body delivered no byte for {RequestLimits.Seconds(idle)} s.";
        string toDo = RequestLimits.ToWaitLonger(nameof(ObjectStoreOptions.IdleTimeout));
        return new StorageException(StorageErrorCode.RequestTimeout, $"{what} {toDo}", thrown);
    }
}
