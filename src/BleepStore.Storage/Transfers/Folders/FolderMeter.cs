using BleepStore.Storage.Engine.Progress;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>Counts the completed files of a folder and reports them to the caller. Thread-safe.</summary>
/// <param name="progress">The caller's handler.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Receives exceptions of the caller's code.</param>
internal sealed class FolderMeter(IProgress<FolderProgress> progress, TimeProvider time, ILogger logger)
    : ProgressReporter<FolderProgress>(progress, time, logger)
{
    private readonly List<string> _current = [];
    private long _done;
    private long _bytes;
    private long? _total;
    private long? _totalBytes;

    /// <summary>How many names and bytes there are, when that is known.</summary>
    public void Begin(long total, long totalBytes)
    {
        lock (Gate)
        {
            (_total, _totalBytes) = (total, totalBytes);
        }
    }

    /// <summary>Something is under way.</summary>
    public void Enter(string name)
    {
        lock (Gate)
        {
            _current.Add(name);
        }

        ReportNowAndThen();
    }

    /// <summary>It has ended, well or badly.</summary>
    public void Leave(string name)
    {
        lock (Gate)
        {
            _current.Remove(name);
            _done++;
        }

        ReportNowAndThen();
    }

    public void AddBytes(long count)
    {
        lock (Gate)
        {
            _bytes += count;
        }

        ReportNowAndThen();
    }

    /// <summary>All is done.</summary>
    public void End()
    {
        lock (Gate)
        {
            (_total, _totalBytes) = (_done, _bytes);
        }

        Report();
    }

    protected override FolderProgress Snapshot() => new()
    {
        Done = _done,
        Total = _total,
        Bytes = _bytes,
        TotalBytes = _totalBytes,
        Elapsed = Elapsed,
        Current = [.. _current],
    };
}
