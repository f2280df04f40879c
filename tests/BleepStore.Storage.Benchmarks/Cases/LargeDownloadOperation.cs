namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A large object that is got into a file, in one place, beside one baseline.</summary>
/// <param name="Name">The name of the case.</param>
/// <param name="Title">Its name in the chart.</param>
/// <param name="Library">What the library does.</param>
/// <param name="Baseline">What it is compared with.</param>
/// <param name="BoundBy">What sets the pace when nothing is wasted.</param>
/// <param name="Place">Where it runs.</param>
/// <param name="Open">Reaches the objects of one side.</param>
internal sealed record LargeDownloadOperation(
    string Name,
    string Title,
    string Library,
    string Baseline,
    string BoundBy,
    BenchmarkPlace Place,
    Func<BenchmarkContext, Side, LargeObjects> Open)
{
    /// <summary>What the case must not exceed.</summary>
    public IReadOnlyList<Limit> Limits { get; init; } = [];

    /// <summary>Whether the library compares the bytes with the ETag.</summary>
    public bool Verifies { get; init; } = true;

    /// <summary>Whether each side has an object of its own, as on the disk.</summary>
    public bool HasTwoObjects { get; init; }

    /// <summary>Whether the short form leaves the case out.</summary>
    public bool IsOnlyFull { get; init; }
}
