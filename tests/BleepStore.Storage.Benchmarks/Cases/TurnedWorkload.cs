using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>One side of a case whose sides share a process and take turns.</summary>
internal abstract class TurnedWorkload : Workload
{
    /// <summary>How many turns a run has.</summary>
    public abstract int Turns { get; }

    /// <summary>The times of the calls of the timed run, where they are taken one by one.</summary>
    public virtual CallTimes? Calls => null;

    /// <summary>Runs one turn, which has a part of the operations. All turns together run all of them.</summary>
    /// <param name="turn">The number of the turn, from 0.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public abstract Task RunTurnAsync(int turn, CancellationToken cancellationToken);
}
