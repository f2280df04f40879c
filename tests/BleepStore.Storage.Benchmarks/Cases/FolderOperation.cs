namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A transfer of a folder in one place, beside the vendor's SDK.</summary>
/// <param name="Name">The name of the case, without what it is compared with.</param>
/// <param name="Service">The name of the service.</param>
/// <param name="Call">The call of the SDK.</param>
/// <param name="IsUpload">Whether the folder goes up. Otherwise it comes down.</param>
/// <param name="Place">Where it runs.</param>
/// <param name="Open">Reaches the objects.</param>
internal sealed record FolderOperation(
    string Name, string Service, string Call, bool IsUpload, BenchmarkPlace Place, Func<BenchmarkContext, LargeObjects> Open)
{
    /// <summary>Whether the calls of the SDK run side by side, as many as the library's. Otherwise they run one after another.</summary>
    public bool IsSideBySide { get; init; }

    /// <summary>Whether the short form leaves the case out.</summary>
    public bool IsOnlyFull { get; init; }
}
