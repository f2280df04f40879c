using System.Diagnostics;
using System.Globalization;

namespace BleepStore.Storage.LoadTest;

/// <summary>
/// Watches this process. The timer runs on the thread pool as everybody's does; the descriptors are counted by a thread that waits for
/// nobody.
/// </summary>
internal sealed class ProcessWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);
    private readonly Timer _timer;
    private readonly Thread _counting;
    private readonly Lock _lock = new();
    private long _last = Stopwatch.GetTimestamp();
    private TimeSpan _latest;
    private volatile bool _stopped;

    public ProcessWatch()
    {
        _timer = new Timer(static watch => ((ProcessWatch)watch!).Tick(), this, Period, Period);
        _counting = new Thread(CountFiles) { IsBackground = true };
        _counting.Start();
    }

    public int MostFiles { get; private set; }

    /// <summary>The longest time between two ticks, less the period.</summary>
    public TimeSpan LatestTimer
    {
        get
        {
            lock (_lock)
            {
                return _latest;
            }
        }
    }

    public static long PeakMiB()
    {
        string line = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan("VmHWM:".Length).TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) / 1024;
    }

    public void Stop()
    {
        // The last gap also counts, because a timer that never fired again is the latest of all.
        Tick();
        _stopped = true;
        _counting.Join();
    }

    public void Dispose()
    {
        _stopped = true;
        _timer.Dispose();
    }

    private void Tick()
    {
        lock (_lock)
        {
            long now = Stopwatch.GetTimestamp();
            TimeSpan late = Stopwatch.GetElapsedTime(_last, now) - Period;
            _latest = late > _latest ? late : _latest;
            _last = now;
        }
    }

    private void CountFiles()
    {
        while (!_stopped)
        {
            MostFiles = Math.Max(MostFiles, Directory.GetFileSystemEntries("/proc/self/fd").Length);

            // It samples fifty times a second on a separate thread, because the program loads the thread pool.
            Thread.Sleep(20);
        }
    }
}
