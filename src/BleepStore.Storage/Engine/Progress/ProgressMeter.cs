using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Engine.Progress;

/// <summary>
/// Counts the bytes of one transfer and tells its caller. The caller's code runs on another thread, one report at a time, at most ten times
/// a second. While it is slow, reports are left out, and never the last one. So it cannot hold up the transfer. Thread-safe.
/// </summary>
/// <param name="progress">The caller's.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when the caller's code throws.</param>
internal sealed class ProgressMeter(IProgress<TransferProgress> progress, TimeProvider time, ILogger logger) : IThreadPoolWorkItem
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly long _begun = time.GetTimestamp();
    private long _reported;
    private long _bytes;
    private long? _total;
    private TransferPhase _phase;
    private bool _isDue;
    private bool _isRunning;
    private bool _hasFailed;

    /// <summary>Called at the beginning, and when everything has to be sent again.</summary>
    /// <param name="total">How many bytes there are, when that is known.</param>
    public void Begin(long? total)
    {
        lock (_lock)
        {
            (_bytes, _total, _phase) = (0, total, TransferPhase.Transferring);
        }
    }

    /// <param name="bytes">How many bytes have moved. Negative when they have to be sent again.</param>
    public void Add(long bytes)
    {
        lock (_lock)
        {
            _bytes += bytes;
            long now = time.GetTimestamp();
            if (_reported != 0 && time.GetElapsedTime(_reported, now) < Interval)
            {
                return;
            }

            _reported = now;
        }

        Report();
    }

    /// <summary>All bytes have moved.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            _phase = TransferPhase.Finishing;
        }

        Report();
    }

    /// <summary>The transfer has succeeded.</summary>
    /// <param name="size">How many bytes there were.</param>
    public void End(long size)
    {
        lock (_lock)
        {
            (_bytes, _total, _phase) = (size, size, TransferPhase.Done);
        }

        Report();
    }

    public void Execute()
    {
        while (TryTake(out TransferProgress report))
        {
            try
            {
                progress.Report(report);
            }
            catch (Exception error)
            {
                Log.ProgressFailed(logger, error);
                _hasFailed = true;
            }
        }
    }

    private void Report()
    {
        lock (_lock)
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

    private bool TryTake(out TransferProgress report)
    {
        lock (_lock)
        {
            report = new TransferProgress
            {
                Bytes = _bytes,
                TotalBytes = _total,
                Elapsed = time.GetElapsedTime(_begun),
                Phase = _phase,
            };
            bool isDue = _isDue && !_hasFailed;
            _isDue = false;
            _isRunning = isDue;
            return isDue;
        }
    }
}
