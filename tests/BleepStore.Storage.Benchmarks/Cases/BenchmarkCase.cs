namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>
/// Something that the library does, beside what one would write without it. Each run is a process of its own, so that neither side lives
/// off what the other has warmed up, and the peak of memory is that of one side.
/// </summary>
internal abstract class BenchmarkCase
{
    /// <summary>By which it is named on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What the library does.</summary>
    public abstract string Library { get; }

    /// <summary>What it is compared with.</summary>
    public abstract string Baseline { get; }

    /// <summary>What sets the pace when nothing is wasted.</summary>
    public abstract string BoundBy { get; }

    public abstract IReadOnlyList<Limit> Limits { get; }

    /// <summary>What is measured.</summary>
    public abstract CaseSize FullSize { get; }

    /// <summary>Enough to see that it works.</summary>
    public abstract CaseSize ShortSize { get; }

    /// <summary>
    /// Whether both sides run in one process, taking turns many times, where each otherwise has a process of its own: what else the machine
    /// does then falls on both, however short it is. Only for a <see cref="RepeatedWorkload"/>, and where the peak of memory does not
    /// count, which the sides then share.
    /// </summary>
    public virtual bool TakesTurns => false;

    /// <summary>Why the case cannot run here, or nothing when it can.</summary>
    public virtual Task<string?> FindObstacleAsync() => Task.FromResult<string?>(null);

    /// <summary>Starts what both sides talk to, if anything. It serves all runs.</summary>
    public virtual Task<BenchmarkServer?> StartServerAsync(CancellationToken cancellationToken) => Task.FromResult<BenchmarkServer?>(null);

    /// <summary>Makes what all runs share. Once, in a process of its own.</summary>
    public virtual Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Makes one side ready.</summary>
    public abstract Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken);
}
