using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>One side of a case on a stubbed service, which repeats the same operation.</summary>
internal abstract class RepeatedWorkload(BenchmarkContext context, int warmUps, StubService service) : TurnedWorkload
{
    private int _requestsBefore;
    private long _bytesBefore;

    public override bool WatchesMemory => false;

    /// <summary>A turn takes some hundredths of a second.</summary>
    public override int Turns => 100;

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

    public override Task RunTurnAsync(int turn, CancellationToken cancellationToken)
    {
        long count = context.Size.Count;
        return RepeatAsync((int)((count * (turn + 1) / Turns) - (count * turn / Turns)), cancellationToken);
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
