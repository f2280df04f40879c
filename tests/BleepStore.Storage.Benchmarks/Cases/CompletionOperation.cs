namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A completion of many parts in one place, beside one baseline.</summary>
/// <param name="Name">The name of the case.</param>
/// <param name="Library">The operation of the library.</param>
/// <param name="Baseline">The baseline.</param>
/// <param name="BoundBy">The limiting resource when nothing is wasted.</param>
/// <param name="Place">Where it runs.</param>
/// <param name="Open">Reaches the objects of the library's side.</param>
/// <param name="OpenBaseline">Makes the other side ready.</param>
internal sealed record CompletionOperation(
    string Name,
    string Library,
    string Baseline,
    string BoundBy,
    BenchmarkPlace Place,
    Func<BenchmarkContext, LargeObjects> Open,
    Func<CompletionOperation, BenchmarkContext, Workload> OpenBaseline)
{
    /// <summary>The limits of the case.</summary>
    public required IReadOnlyList<Limit> Limits { get; init; }

    /// <summary>Enough to see that it works.</summary>
    public required CaseSize ShortSize { get; init; }

    /// <summary>The size of the object that warms up, in two parts.</summary>
    public required long WarmUpBytes { get; init; }

    /// <summary>Lets what the staging has begun come to its end, after the parts are there and before the completion is timed.</summary>
    public required Func<CompletionWorkload, CancellationToken, Task> SettleAsync { get; init; }
}
