using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Engine.Progress;

/// <summary>Counts the bytes of one transfer and tells its caller. Thread-safe.</summary>
/// <param name="progress">The caller's.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when the caller's code throws.</param>
internal sealed class ProgressMeter(IProgress<TransferProgress> progress, TimeProvider time, ILogger logger)
    : ProgressReporter<TransferProgress>(progress, time, logger)
{
    private long _bytes;
    private long _kept;
    private long? _total;
    private TransferPhase _phase;

    /// <summary>Called at the beginning, and when everything has to be sent again.</summary>
    /// <param name="total">How many bytes there are, when that is known.</param>
    public void Begin(long? total)
    {
        lock (Gate)
        {
            (_bytes, _kept, _total, _phase) = (0, 0, total, TransferPhase.Transferring);
        }
    }

    /// <param name="bytes">How many bytes have moved. Negative when they have to be sent again.</param>
    public void Add(long bytes)
    {
        lock (Gate)
        {
            _bytes += bytes;
        }

        ReportNowAndThen();
    }

    /// <param name="bytes">How many bytes an earlier call has moved.</param>
    public void AddKept(long bytes)
    {
        lock (Gate)
        {
            _bytes += bytes;
            _kept += bytes;
        }

        ReportNowAndThen();
    }

    /// <summary>All bytes have moved.</summary>
    public void Finish()
    {
        lock (Gate)
        {
            _phase = TransferPhase.Finishing;
        }

        Report();
    }

    /// <summary>The transfer has succeeded.</summary>
    /// <param name="size">How many bytes there were.</param>
    public void End(long size)
    {
        lock (Gate)
        {
            (_bytes, _total, _phase) = (size, size, TransferPhase.Done);
        }

        Report();
    }

    protected override TransferProgress Snapshot() => new()
    {
        Bytes = _bytes,
        KeptBytes = _kept,
        TotalBytes = _total,
        Elapsed = Elapsed,
        Phase = _phase,
    };
}
