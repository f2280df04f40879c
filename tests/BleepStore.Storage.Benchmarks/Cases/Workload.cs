using System.Runtime;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>One side of a case, made ready. Used once, by one process.</summary>
internal abstract class Workload : IAsyncDisposable
{
    // Code that runs only sometimes, such as a timer, can be compiled at any time.
    protected const int MostWarmUps = 20;

    /// <summary>
    /// Whether the most managed memory is watched meanwhile. It is off where the processor time counts, because sampling costs some.
    /// </summary>
    public virtual bool WatchesMemory => true;

    /// <summary>Does the same on a small scale, so that compiling it is not timed.</summary>
    public abstract Task WarmUpAsync(CancellationToken cancellationToken);

    /// <summary>Sets up what the timed run uses up.</summary>
    public virtual Task ArrangeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The timed operation.</summary>
    public abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Proves that the run did what it says. Fast and wrong is worth nothing.</summary>
    public abstract Task VerifyAsync(CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// Repeats what is short until nothing more is compiled for it. The compiler makes its second and third, faster code on a thread of its
    /// own, a tenth of a second after calls to new code have calmed down. A run that is shorter than that is not worth it.
    /// </summary>
    /// <param name="count">How often the run repeats it.</param>
    /// <param name="times">How often it is repeated before the compiler is waited for.</param>
    /// <param name="repeat">Repeats it so many times.</param>
    /// <param name="cancellationToken">Stops it.</param>
    protected static async Task WarmUpAsync(int count, int times, Func<int, Task> repeat, CancellationToken cancellationToken)
    {
        if (count < times)
        {
            await repeat(1);
            return;
        }

        for (int turn = 0; turn < MostWarmUps; turn++)
        {
            long compiled = JitInfo.GetCompiledMethodCount();
            await repeat(times);
            await Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken);
            if (JitInfo.GetCompiledMethodCount() == compiled)
            {
                return;
            }
        }
    }
}
