namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>The context of a running case.</summary>
/// <param name="Size">How much it is to do.</param>
/// <param name="Folder">
/// A folder of this case alone. The folder, in which the result of <see cref="BenchmarkCase.PrepareAsync"/> is available to every run.
/// </param>
/// <param name="Server">The server's address, when the case has one.</param>
/// <param name="Throttled">The server's address through a slow line, when the case has one.</param>
internal sealed record BenchmarkContext(CaseSize Size, string Folder, string? Server, string? Throttled = null)
{
    /// <summary>The address for what is timed. All else goes to <see cref="Server"/>.</summary>
    public string Timed => Throttled ?? Server!;
}
