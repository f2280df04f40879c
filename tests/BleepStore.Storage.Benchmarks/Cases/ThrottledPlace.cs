using BleepStore.Storage.Tests.Shared.Network;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A place behind a slow line of 25 MiB/s per connection and direction, and of 20 ms per round trip.</summary>
/// <param name="place">The place itself.</param>
internal sealed class ThrottledPlace(BenchmarkPlace place) : BenchmarkPlace
{
    public const string BoundBy = "The line: 25 MiB/s per connection and direction, 20 ms per round trip";

    /// <summary>How much of the line's rate a transfer must use.</summary>
    private const double Share = 0.9;

    /// <summary>The least rate of a transfer.</summary>
    /// <param name="concurrency">How many connections it uses at a time.</param>
    public static Limit LeastRate(int concurrency) => Limit.Rate(Share * concurrency * ThrottledProxy.DefaultBytesPerSecond);

    public override Task<string?> FindObstacleAsync() => place.FindObstacleAsync();

    public override async Task<BenchmarkServer?> StartServerAsync(bool isFresh, CancellationToken cancellationToken)
    {
        BenchmarkServer server = (await place.StartServerAsync(isFresh, cancellationToken))!;
        var proxy = new ThrottledProxy(server.Endpoint!);
        return server with
        {
            Throttled = server.Address.Replace(server.Endpoint!.Authority, proxy.Address.Authority, StringComparison.Ordinal),
            End = async () =>
            {
                await proxy.DisposeAsync();
                await server.DisposeAsync();
            },
        };
    }

    public override Task PrepareAsync(BenchmarkContext context, CancellationToken cancellationToken) =>
        place.PrepareAsync(context, cancellationToken);
}
