using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends.Bodies;

/// <summary>
/// A token that is cancelled when a deadline passes or when the caller cancels. The deadline moves at every byte of progress, so moving it
/// must cost nearly nothing. The timer therefore keeps its first setting, and compares the deadline when it fires. Limits on the system's
/// clock are pooled.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The source has no timer, so there is nothing to dispose. It may be in use still.")]
internal sealed class TimeLimit
{
    private const long Never = long.MaxValue;
    private const int MostPooled = 256;

    /// <summary>
    /// An SDK sends a body again after a failure and after a redirect. Some follow redirects without end. While a body is sent no limit
    /// expires, so the count of its sendings ends that.
    /// </summary>
    private const int MostSends = 50;

    /// <summary>How long a cancelled read may take to end before its stream is disposed. A synchronous read ignores tokens.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly ConcurrentQueue<TimeLimit> Pool = [];
    private static int _pooled;
    private static long _rentals;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _source = new();
    private readonly ITimer _timer;
    private CancellationTokenRegistration _caller;
    private long _rental;
    private IDisposable? _stalled;
    private bool _ignoresToken;
    private long _deadline = Never;
    private long _due = Never;
    private int _sends;
    private bool _hasPassed;

    private TimeLimit(TimeProvider time)
    {
        _time = time;

        _timer = Timers.Create(time, static limit => ((TimeLimit)limit!).OnTimer(), this);
    }

    /// <summary>Cancelled when the deadline passes, and when a caller that is linked cancels.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether a deadline has passed. It stays so.</summary>
    public bool HasPassed => Volatile.Read(ref _hasPassed);

    /// <summary>The body of the call, when a body is watched. It belongs to the rental.</summary>
    public SendingProgress? Body { get; set; }

    /// <summary>Whether the body was refused because it was sent too often.</summary>
    public bool WasSentTooOften => Volatile.Read(ref _sends) > MostSends;

    /// <summary>Acquires a limit.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="rental">The number of the rental. Only calls with this number change the limit, until it is returned.</param>
    public static TimeLimit Rent(TimeProvider time, out long rental)
    {
        if (ReferenceEquals(time, TimeProvider.System) && Pool.TryDequeue(out TimeLimit? limit))
        {
            Interlocked.Decrement(ref _pooled);
        }
        else
        {
            limit = new TimeLimit(time);
        }

        rental = Interlocked.Increment(ref _rentals);
        Volatile.Write(ref limit._rental, rental);
        return limit;
    }

    /// <summary>Cancels the token when the caller cancels, until <see cref="Unlink"/>.</summary>
    public void Link(long rental, CancellationToken caller)
    {
        CancellationTokenRegistration registration = caller.UnsafeRegister(static limit => ((TimeLimit)limit!)._source.Cancel(), this);
        lock (_lock)
        {
            if (_rental == rental)
            {
                _caller = registration;
                return;
            }
        }

        registration.Dispose();
    }

    /// <summary>Waits for a cancellation by the caller that is under way, so none comes after this.</summary>
    public void Unlink(long rental)
    {
        CancellationTokenRegistration registration;
        lock (_lock)
        {
            registration = _rental == rental ? _caller : default;
            _caller = _rental == rental ? default : _caller;
        }

        registration.Dispose();
    }

    /// <summary>Sets the deadline, from now on.</summary>
    /// <param name="rental">The rental. An earlier one changes nothing.</param>
    /// <param name="after">How long from now. <see cref="Timeout.InfiniteTimeSpan"/> means no deadline.</param>
    /// <param name="stalled">The stream to dispose when it does not react to the token.</param>
    /// <param name="ignoresToken">Whether the stream ignores the token, so it is disposed at once.</param>
    /// <returns>Whether the deadline was moved. It is not when one has passed.</returns>
    public bool Set(long rental, TimeSpan after, IDisposable? stalled = null, bool ignoresToken = false)
    {
        lock (_lock)
        {
            if (_rental != rental || _hasPassed)
            {
                return false;
            }

            _stalled = stalled;
            _ignoresToken = ignoresToken;
            MoveTo(after);
            return true;
        }
    }

    /// <summary>Counts a sending of the body.</summary>
    /// <exception cref="OperationCanceledException">The body was sent too often.</exception>
    public void CountSending(long rental)
    {
        lock (_lock)
        {
            if (_rental != rental || ++_sends <= MostSends)
            {
                return;
            }
        }

        throw new OperationCanceledException("The body was sent too often.");
    }

    /// <summary>Removes the deadline until it is set again.</summary>
    public void Pause(long rental)
    {
        lock (_lock)
        {
            if (_rental == rental)
            {
                _deadline = Never;
                _stalled = null;
            }
        }
    }

    /// <summary>Returns the limit to the pool. From then on the rental changes nothing.</summary>
    /// <param name="rental">The rental. One that was returned already is ignored.</param>
    /// <param name="canReuse">Whether the token may serve other calls.</param>
    public void Return(long rental, bool canReuse)
    {
        // Waits for a running cancellation.
        Unlink(rental);
        bool isReusable;
        lock (_lock)
        {
            if (_rental != rental)
            {
                return;
            }

            _rental = 0;
            Body = null;
            _sends = 0;
            _deadline = Never;
            _stalled = null;
            isReusable = canReuse && !_hasPassed && ReferenceEquals(_time, TimeProvider.System);
        }

        if (isReusable && _source.TryReset())
        {
            if (Interlocked.Increment(ref _pooled) <= MostPooled)
            {
                Pool.Enqueue(this);
                return;
            }

            Interlocked.Decrement(ref _pooled);
        }

        _timer.Dispose();
    }

    /// <summary>The timer is set only when it would fire too late. When it fires too early, it is set again.</summary>
    private void MoveTo(TimeSpan after)
    {
        if (after == Timeout.InfiniteTimeSpan)
        {
            _deadline = Never;
            return;
        }

        _deadline = _time.GetTimestamp() + (long)(after.TotalSeconds * _time.TimestampFrequency);
        if (_deadline < _due)
        {
            _due = _deadline;
            _timer.Change(after, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        bool passes;
        IDisposable? stalled = null;
        lock (_lock)
        {
            _due = Never;
            if (_deadline == Never)
            {
                return;
            }

            TimeSpan left = _time.GetElapsedTime(_time.GetTimestamp(), _deadline);
            if (left > TimeSpan.Zero)
            {
                // Timers count milliseconds. Rounding down would fire too early again and again.
                MoveTo(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)));
                return;
            }

            passes = !_hasPassed;
            _hasPassed = true;
            _deadline = Never;
            if (!passes || _ignoresToken)
            {
                stalled = _stalled;
            }
            else if (_stalled is not null)
            {
                MoveTo(Grace);
            }
        }

        if (passes)
        {
            _source.Cancel();
        }

        Close(stalled);
    }

    /// <summary>Ends a read that did not end by its token.</summary>
    private static void Close(IDisposable? stalled)
    {
        try
        {
            stalled?.Dispose();
        }
        catch (Exception)
        {
            // The read reports the failure to its caller. An exception on the timer's thread would end the process.
        }
    }
}
