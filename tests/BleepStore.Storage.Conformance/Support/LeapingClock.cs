namespace BleepStore.Storage.Conformance.Support;

/// <summary>
/// A clock that runs as the machine's does, and leaps ahead when told. So a test reaches a limit of minutes at once, and a machine that is
/// busy for seconds reaches none.
/// </summary>
public sealed class LeapingClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<LeapingTimer> _timers = [];
    private long _ahead;

    /// <summary>How many timers are set.</summary>
    public int Timers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count;
            }
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetTimestamp() + Volatile.Read(ref _ahead);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() =>
        base.GetUtcNow() + TimeSpan.FromSeconds((double)Volatile.Read(ref _ahead) / TimestampFrequency);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LeapingTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Leaps ahead. Timers that are due by then have fired when this returns.</summary>
    /// <param name="by">How far.</param>
    public void Leap(TimeSpan by)
    {
        LeapingTimer[] timers;
        lock (_lock)
        {
            _ahead += Ticks(by);
            timers = [.. _timers];
        }

        foreach (LeapingTimer timer in timers)
        {
            timer.Elapse();
        }
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * TimestampFrequency);

    private sealed class LeapingTimer : ITimer
    {
        private readonly LeapingClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _timer;
        private long _due;
        private TimeSpan _period;

        public LeapingTimer(LeapingClock clock, TimerCallback callback, object? state)
        {
            _clock = clock;
            _callback = callback;
            _state = state;
            _timer = System.CreateTimer(
                static timer => ((LeapingTimer)timer!).Elapse(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_clock._lock)
            {
                _period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
                Set(dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>Calls back if it is time.</summary>
        public void Elapse()
        {
            lock (_clock._lock)
            {
                if (!_clock._timers.Contains(this))
                {
                    return;
                }

                TimeSpan left = _clock.GetElapsedTime(_clock.GetTimestamp(), _due);
                if (left > TimeSpan.Zero)
                {
                    // Timers count milliseconds. Rounding down would call back too early.
                    Set(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)));
                    return;
                }

                Set(_period);
            }

            _callback(_state);
        }

        private void Set(TimeSpan after)
        {
            if (after == Timeout.InfiniteTimeSpan)
            {
                _clock._timers.Remove(this);
            }
            else
            {
                _due = _clock.GetTimestamp() + _clock.Ticks(after);
                _clock._timers.Add(this);
            }

            _timer.Change(after, Timeout.InfiniteTimeSpan);
        }
    }
}
