namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>Looks at the managed heap a hundred times a second, on a thread of its own, and keeps the most that it sees.</summary>
internal sealed class ManagedPeak : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private long _most;

    private ManagedPeak()
    {
        _thread = new Thread(Look) { IsBackground = true, Name = nameof(ManagedPeak) };
        _thread.Start();
    }

    public static ManagedPeak Watch() => new();

    public long Stop()
    {
        _stop.Set();
        _thread.Join();
        return _most;
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Look()
    {
        do
        {
            _most = Math.Max(_most, GC.GetTotalMemory(forceFullCollection: false));
        }
        while (!_stop.Wait(Interval));
        _most = Math.Max(_most, GC.GetTotalMemory(forceFullCollection: false));
    }
}
