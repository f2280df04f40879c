namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A large put in one place, beside one baseline.</summary>
/// <param name="Name">The name of the case.</param>
/// <param name="Library">The operation of the library.</param>
/// <param name="Baseline">The baseline.</param>
/// <param name="BoundBy">The limiting resource when nothing is wasted.</param>
/// <param name="Place">Where it runs.</param>
/// <param name="Open">Reaches the objects of one side.</param>
internal sealed record LargePutOperation(
    string Name, string Library, string Baseline, string BoundBy, BenchmarkPlace Place, Func<BenchmarkContext, Side, LargeObjects> Open)
{
    /// <summary>Its name in the chart.</summary>
    public string? Title { get; init; }

    /// <summary>The limits of the case.</summary>
    public IReadOnlyList<Limit> Limits { get; init; } = [];

    /// <summary>The size of the object in full.</summary>
    public long FullBytes { get; init; } = 256 * LargeObjects.Mebibyte;

    /// <summary>The size of the object that warms up.</summary>
    public long WarmUpBytes { get; init; } = 20 * LargeObjects.Mebibyte;

    /// <summary>Whether the source is a file, which can be read twice, or a stream that cannot.</summary>
    public bool IsFile { get; init; }

    /// <summary>Whether the server drops the bytes. Then only their number is compared.</summary>
    public bool IsDropped { get; init; }

    /// <summary>Whether the short form leaves the case out.</summary>
    public bool IsOnlyFull { get; init; }

    /// <summary>Whether the objects of one pair fill the server.</summary>
    public bool FillsServer { get; init; }
}
