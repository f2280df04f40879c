using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>One side of a case on a stubbed service: the same operation a number of times.</summary>
internal abstract class RepeatedWorkload(BenchmarkContext context, int warmUps, StubService service) : Workload
{
    private int _requestsBefore;
    private long _bytesBefore;

    public override bool WatchesMemory => false;

    protected BenchmarkContext Context => context;

    protected StubService Service => service;

    /// <summary>How many requests were sent in the timed run.</summary>
    protected int Requests => Traffic.Requests - _requestsBefore;

    /// <summary>How many bytes of bodies were sent in the timed run.</summary>
    protected long Bytes => Traffic.Bytes - _bytesBefore;

    private Traffic Traffic => service.Traffic;

    public override Task WarmUpAsync(CancellationToken cancellationToken) =>
        WarmUpAsync(context.Size.Count, warmUps, times => RepeatAsync(times, cancellationToken), cancellationToken);

    public override Task ArrangeAsync(CancellationToken cancellationToken)
    {
        (_requestsBefore, _bytesBefore) = (Traffic.Requests, Traffic.Bytes);
        return Task.CompletedTask;
    }

    public override Task RunAsync(CancellationToken cancellationToken) => RepeatAsync(context.Size.Count, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Does one turn of the run: a part of its operations, so that all turns together do all of them.</summary>
    /// <param name="turn">Which, from 0.</param>
    /// <param name="turns">Of how many.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task RunTurnAsync(int turn, int turns, CancellationToken cancellationToken)
    {
        long count = context.Size.Count;
        return RepeatAsync((int)((count * (turn + 1) / turns) - (count * turn / turns)), cancellationToken);
    }

    protected abstract Task DoAsync(CancellationToken cancellationToken);

    /// <summary>Proves how many requests each operation was.</summary>
    protected void RequireRequests(int each) => Same.Require(Requests == each * context.Size.Count, $"{Requests} requests were sent");

    private async Task RepeatAsync(int times, CancellationToken cancellationToken)
    {
        for (int time = 0; time < times; time++)
        {
            await DoAsync(cancellationToken);
        }
    }
}
