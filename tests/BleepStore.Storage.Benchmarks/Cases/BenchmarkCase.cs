namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>
/// Something that the library does, beside what one would write without it. Each run is a process of its own, so that neither side lives
/// off what the other has warmed up, and the peak of memory is that of one side.
/// </summary>
internal abstract class BenchmarkCase
{
    /// <summary>By which it is named on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>By which it is named in the chart.</summary>
    public virtual string Title => Name;

    /// <summary>The operation of the library.</summary>
    public abstract string Library { get; }

    /// <summary>The baseline.</summary>
    public abstract string Baseline { get; }

    /// <summary>The limiting resource when nothing is wasted.</summary>
    public abstract string BoundBy { get; }

    public abstract IReadOnlyList<Limit> Limits { get; }

    /// <summary>The size of the measurement.</summary>
    public abstract CaseSize FullSize { get; }

    /// <summary>Enough to see that it works.</summary>
    public abstract CaseSize ShortSize { get; }

    /// <summary>
    /// Whether both sides run in one process and take many turns, instead of one process each. Other work of the machine then affects both
    /// sides equally, even if it is short. Only for a <see cref="TurnedWorkload"/>, and where the peak of memory does not count, which the
    /// sides then share.
    /// </summary>
    public virtual bool TakesTurns => false;

    /// <summary>
    /// Whether the short form leaves the case out, because another case of the short form runs the same code. It runs when it is named.
    /// </summary>
    public virtual bool IsOnlyFull => false;

    /// <summary>How many pairs count in full, when nobody says.</summary>
    public virtual int DefaultRounds => 5;

    /// <summary>Whether one pair leaves so much on the server that the next pair needs a fresh one.</summary>
    public virtual bool FillsServer => false;

    /// <summary>Why the case cannot run here, or nothing when it can.</summary>
    public virtual Task<string?> FindObstacleAsync() => Task.FromResult<string?>(null);

    /// <summary>Starts what both sides talk to, if anything. It serves all runs.</summary>
    /// <param name="isFresh">Whether a server is wanted that holds nothing yet. Otherwise several cases can share one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public virtual Task<BenchmarkServer?> StartServerAsync(bool isFresh, CancellationToken cancellationToken) =>
        Task.FromResult<BenchmarkServer?>(null);

    /// <summary>Makes what all runs share. Once, in a process of its own.</summary>
    public virtual Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Makes one side ready.</summary>
    public abstract Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken);
}
