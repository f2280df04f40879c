using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Gcp.Tests.Conformance.OnUnreliableServer;

public sealed class GcpPut : PutConformance<UnreliableHarness>;

public sealed class GcpGet : GetConformance<UnreliableHarness>;

public sealed class GcpRange : RangeConformance<UnreliableHarness>;

public sealed class GcpConditions : ConditionsConformance<UnreliableHarness>;

public sealed class GcpDelete : DeleteConformance<UnreliableHarness>;

public sealed class GcpCopy : CopyConformance<UnreliableHarness>;

public sealed class GcpMove : MoveConformance<UnreliableHarness>;

public sealed class GcpList : ListConformance<UnreliableHarness>;

public sealed class GcpMultipart : MultipartConformance<UnreliableHarness>;

public sealed class GcpBuckets : BucketsConformance<UnreliableHarness>;

public sealed class GcpCancellation : CancellationConformance<UnreliableHarness>;

public sealed class GcpConcurrency : ConcurrencyConformance<UnreliableHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_what_depends_on_lost_answers() => ConformanceCompleteness.AssertBound(
        typeof(Completeness).Assembly,
        typeof(UnreliableHarness),
        typeof(PutConformance<>),
        typeof(GetConformance<>),
        typeof(RangeConformance<>),
        typeof(ConditionsConformance<>),
        typeof(DeleteConformance<>),
        typeof(CopyConformance<>),
        typeof(MoveConformance<>),
        typeof(ListConformance<>),
        typeof(MultipartConformance<>),
        typeof(BucketsConformance<>),
        typeof(CancellationConformance<>),
        typeof(ConcurrencyConformance<>));
}
