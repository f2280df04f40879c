namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>The place of a case, with its requirements and the servers beside the measured processes.</summary>
internal abstract class BenchmarkPlace
{
    /// <summary>Why the case cannot run here, or nothing when it can.</summary>
    public abstract Task<string?> FindObstacleAsync();

    /// <summary>Starts what both sides talk to, if anything.</summary>
    /// <param name="isFresh">Whether a server is wanted that holds nothing yet. Otherwise several cases can share one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public virtual Task<BenchmarkServer?> StartServerAsync(bool isFresh, CancellationToken cancellationToken) =>
        Task.FromResult<BenchmarkServer?>(null);

    /// <summary>Makes what all runs share.</summary>
    public virtual Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
