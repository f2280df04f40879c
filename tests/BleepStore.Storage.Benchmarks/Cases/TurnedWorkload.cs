using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>One side of a case whose sides share a process and take turns.</summary>
internal abstract class TurnedWorkload : Workload
{
    /// <summary>How many turns a run has.</summary>
    public abstract int Turns { get; }

    /// <summary>The times of the calls of the timed run, where they are taken one by one.</summary>
    public virtual CallTimes? Calls => null;

    /// <summary>Does one turn of the run: a part of its operations, so that all turns together do all of them.</summary>
    /// <param name="turn">Which, from 0.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public abstract Task RunTurnAsync(int turn, CancellationToken cancellationToken);
}
