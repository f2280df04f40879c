using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Engine.Progress;

/// <summary>
/// Tells an application how far something is, at most ten times a second. The application's code runs on another thread, one report at a
/// time. While it is slow, reports are left out, and never the last one. So it cannot hold up the transfer. Thread-safe.
/// </summary>
/// <param name="progress">The application's.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when the application's code throws.</param>
internal abstract class ProgressReporter<T>(IProgress<T> progress, TimeProvider time, ILogger logger) : IThreadPoolWorkItem
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly long _begun = time.GetTimestamp();
    private long _reported;
    private bool _isDue;
    private bool _isRunning;
    private bool _hasFailed;

    /// <summary>Guards the counters.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>How long it has taken so far.</summary>
    protected TimeSpan Elapsed => time.GetElapsedTime(_begun);

    public void Execute()
    {
        while (TryTake(out T? report))
        {
            try
            {
                progress.Report(report!);
            }
            catch (Exception error)
            {
                Log.ProgressFailed(logger, error);
                _hasFailed = true;
            }
        }
    }

    /// <summary>Has a report made soon.</summary>
    protected void Report()
    {
        lock (Gate)
        {
            _isDue = true;
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Has a report made soon, unless one was made a moment ago.</summary>
    protected void ReportNowAndThen()
    {
        lock (Gate)
        {
            long now = time.GetTimestamp();
            if (_reported != 0 && time.GetElapsedTime(_reported, now) < Interval)
            {
                return;
            }

            _reported = now;
        }

        Report();
    }

    /// <summary>Makes a report. Called with the gate held.</summary>
    protected abstract T Snapshot();

    private bool TryTake(out T? report)
    {
        lock (Gate)
        {
            bool isDue = _isDue && !_hasFailed;
            report = isDue ? Snapshot() : default;
            _isDue = false;
            _isRunning = isDue;
            return isDue;
        }
    }
}
