namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A case that runs in a place.</summary>
/// <param name="place">Where it runs.</param>
internal abstract class PlacedCase(BenchmarkPlace place) : BenchmarkCase
{
    public override Task<string?> FindObstacleAsync() => place.FindObstacleAsync();

    public override Task<BenchmarkServer?> StartServerAsync(bool isFresh, CancellationToken cancellationToken) =>
        place.StartServerAsync(isFresh, cancellationToken);

    public override Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken) =>
        place.PrepareAsync(context, cancellationToken);
}
