using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A small operation on a service that is stubbed.</summary>
/// <param name="operation">The part of the provider.</param>
internal abstract class StubSmallCase(StubOperation operation) : StubCase
{
    protected const int WarmUps = 3000;

    private const int Size = 4096;

    public override string Name => operation.Name;

    public override string Library => operation.Library;

    public override string Baseline => operation.Baseline;

    public override string BoundBy => operation.IsPlainHttp ? "What an HTTP request takes; no network is involved" : base.BoundBy;

    public override IReadOnlyList<Limit> Limits => operation.IsPlainHttp ? [] : base.Limits;

    public override CaseSize FullSize => new(Size, operation.Count);

    public override CaseSize ShortSize => new(Size, 500);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken)
    {
        StubService service = operation.Open(PatternStream.Bytes((int)context.Size.Bytes));
        return Task.FromResult(side == Side.Library
            ? OpenStore(context, service, operation.LibraryRequests)
            : OpenBaseline(context, service, operation.BaselineRequests));
    }

    /// <summary>Makes the library's side ready.</summary>
    /// <param name="context">The context of the case.</param>
    /// <param name="service">The service of this side alone.</param>
    /// <param name="requests">How many requests one operation is.</param>
    protected abstract Workload OpenStore(BenchmarkContext context, StubService service, int requests);

    /// <summary>Makes the other side ready.</summary>
    /// <param name="context">The context of the case.</param>
    /// <param name="service">The service of this side alone.</param>
    /// <param name="requests">How many requests one operation is.</param>
    protected abstract Workload OpenBaseline(BenchmarkContext context, StubService service, int requests);
}
