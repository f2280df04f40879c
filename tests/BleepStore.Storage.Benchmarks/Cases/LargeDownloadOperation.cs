namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A large object that is got into a file, in one place, beside one baseline.</summary>
/// <param name="Name">The name of the case.</param>
/// <param name="Title">Its name in the chart.</param>
/// <param name="Library">The operation of the library.</param>
/// <param name="Baseline">The baseline.</param>
/// <param name="BoundBy">The limiting resource when nothing is wasted.</param>
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
    /// <summary>The limits of the case.</summary>
    public IReadOnlyList<Limit> Limits { get; init; } = [];

    /// <summary>Whether the library compares the bytes with the ETag.</summary>
    public bool Verifies { get; init; } = true;

    /// <summary>Whether each side has an object of its own, as on the disk.</summary>
    public bool HasTwoObjects { get; init; }

    /// <summary>Whether the short form leaves the case out.</summary>
    public bool IsOnlyFull { get; init; }
}
