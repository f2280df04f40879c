using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Tests.Support;

/// <summary>
/// A clock that moves when it is told to. With <paramref name="jumps"/>, waiting moves it, so every timer fires at once and is recorded.
/// </summary>
internal sealed class ManualTime(bool jumps = false) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private readonly TaskCompletionSource _waited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private bool Jumps => jumps;

    /// <summary>How long was waited, wait by wait.</summary>
    public List<TimeSpan> Waits { get; } = [];

    /// <summary>Done when somebody waits.</summary>
    public Task IsWaitedOn => _waited.Task;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (_lock)
        {
            _now += by;
            due = _timers.Where(timer => timer.Due <= _now).ToList();
            due.ForEach(timer => _timers.Remove(timer));
        }

        due.ForEach(static timer => timer.Fire());
    }

    /// <summary>Lets the time pass, step by step, until a task has ended.</summary>
    /// <param name="task">The task.</param>
    /// <param name="step">The time that passes between two looks, a millisecond of the real clock apart.</param>
    /// <param name="most">The time after which the task must have ended, if there is a limit.</param>
    public async Task AdvanceUntilAsync(Task task, TimeSpan step, TimeSpan? most = null)
    {
        DateTimeOffset begun = GetUtcNow();
        await Until.TrueAsync(() =>
        {
            bool isLate = GetUtcNow() - begun >= most;
            if (!task.IsCompleted && !isLate)
            {
                Advance(step);
            }

            return task.IsCompleted;
        });
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    return true;
                }

                time.Waits.Add(dueTime);
                Due = time._now + dueTime;
                time._timers.Add(this);
            }

            time._waited.TrySetResult();
            if (time.Jumps)
            {
                ThreadPool.QueueUserWorkItem(_ => time.Advance(dueTime));
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
