namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>One side of a case, made ready. Used once, by one process.</summary>
internal abstract class Workload : IAsyncDisposable
{
    /// <summary>Whether the most managed memory is watched meanwhile. Off where the processor's time counts: watching takes some.</summary>
    public virtual bool WatchesMemory => true;

    /// <summary>Does the same on a small scale, so that compiling it is not timed.</summary>
    public abstract Task WarmUpAsync(CancellationToken cancellationToken);

    /// <summary>Sets up what the timed run uses up.</summary>
    public virtual Task ArrangeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What is timed.</summary>
    public abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Proves that the run did what it says. Fast and wrong is worth nothing.</summary>
    public abstract Task VerifyAsync(CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// Repeats what is short until it runs as fast as it will. The compiler makes its second, faster code on a thread of its own, a tenth of a second after calls to
    /// new code have calmed down.
    /// </summary>
    protected static async Task WarmUpAsync(int times, Func<int, Task> repeat, CancellationToken cancellationToken)
    {
        for (int turn = 0; turn < 2; turn++)
        {
            await repeat(times);
            await Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken);
        }
    }
}
