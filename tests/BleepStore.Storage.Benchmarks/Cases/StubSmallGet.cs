using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>The cost of a small get on the client side.</summary>
/// <param name="operation">The part of the provider.</param>
internal sealed class StubSmallGet(StubOperation operation) : StubSmallCase(operation)
{
    protected override Workload OpenStore(BenchmarkContext context, StubService service, int requests) =>
        new Store(context, service, requests);

    protected override Workload OpenBaseline(BenchmarkContext context, StubService service, int requests) =>
        new Bare(context, service, requests);

    private abstract class Get(BenchmarkContext context, StubService service, int requests) : RepeatedWorkload(context, WarmUps, service)
    {
        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            RequireRequests(requests);
            Same.Require(Bytes == 0, $"{Bytes} bytes were sent");
            return Same.RequirePatternAsync(new MemoryStream(Service.Last), Context.Size.Bytes, cancellationToken);
        }
    }

    private sealed class Store(BenchmarkContext context, StubService service, int requests) : Get(context, service, requests)
    {
        protected override async Task DoAsync(CancellationToken cancellationToken)
        {
            await using ObjectReader reader = await Service.Bucket.GetAsync(StubService.Key, cancellationToken: cancellationToken);
            Service.Last = await reader.ReadAllAsync(cancellationToken);
        }
    }

    private sealed class Bare(BenchmarkContext context, StubService service, int requests) : Get(context, service, requests)
    {
        protected override Task DoAsync(CancellationToken cancellationToken) => Service.GetAsync(cancellationToken);
    }
}
