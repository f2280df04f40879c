namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>An operation on a stubbed service, to measure the cost of the client side.</summary>
internal abstract class StubCase : BenchmarkCase
{
    public override string BoundBy => "The SDK's pipeline; no network is involved";

    public override IReadOnlyList<Limit> Limits { get; } = [Limit.Ratio(Metric.CpuTime, 1.1), Limit.Ratio(Metric.Allocated, 1.1)];

    public override bool TakesTurns => true;
}
