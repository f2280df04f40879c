using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>The cost of a small put on the client side.</summary>
/// <param name="operation">The part of the provider.</param>
internal sealed class StubSmallPut(StubOperation operation) : StubSmallCase(operation)
{
    protected override Workload OpenStore(BenchmarkContext context, StubService service, int requests) =>
        new Store(context, service, requests);

    protected override Workload OpenBaseline(BenchmarkContext context, StubService service, int requests) =>
        new Bare(context, service, requests);

    private abstract class Put(BenchmarkContext context, StubService service, int requests) : RepeatedWorkload(context, WarmUps, service)
    {
        public override async Task VerifyAsync(CancellationToken cancellationToken)
        {
            RequireRequests(requests);
            long due = Context.Size.Bytes * Context.Size.Count;
            Same.Require(Service.SendsBareBodies ? Bytes == due : Bytes > due, $"{Bytes} bytes were sent");

            // Once more, to see what is in a body.
            using var copy = new MemoryStream();
            Service.Traffic.Copy = copy;
            await DoAsync(cancellationToken);
            Service.RequireIn(copy.ToArray());
        }
    }

    private sealed class Store(BenchmarkContext context, StubService service, int requests) : Put(context, service, requests)
    {
        protected override Task DoAsync(CancellationToken cancellationToken) =>
            Service.Bucket.PutAsync(StubService.Key, Service.Content, cancellationToken: cancellationToken);
    }

    private sealed class Bare(BenchmarkContext context, StubService service, int requests) : Put(context, service, requests)
    {
        protected override Task DoAsync(CancellationToken cancellationToken) => Service.PutAsync(cancellationToken);
    }
}
