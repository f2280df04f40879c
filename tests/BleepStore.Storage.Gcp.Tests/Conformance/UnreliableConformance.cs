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

public sealed class GcpKeys : KeysConformance<UnreliableHarness>;

public sealed class GcpMetadata : MetadataConformance<UnreliableHarness>;

public sealed class GcpProperties : PropertiesConformance<UnreliableHarness>;

public sealed class GcpBuckets : BucketsConformance<UnreliableHarness>;

public sealed class GcpErrors : ErrorsConformance<UnreliableHarness>;

public sealed class GcpStreams : StreamsConformance<UnreliableHarness>;

public sealed class GcpCancellation : CancellationConformance<UnreliableHarness>;

public sealed class GcpConcurrency : ConcurrencyConformance<UnreliableHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_the_whole_suite() => ConformanceCompleteness.AssertAllBound(typeof(Completeness).Assembly, typeof(UnreliableHarness));
}
