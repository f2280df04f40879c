using BleepStore.Storage.Conformance;
using BleepStore.Storage.Tests.Shared.Libraries;

namespace BleepStore.Storage.Gcp.Tests.Conformance.OnSharedContainer;

public sealed class GcpPut : PutConformance<SharedContainerHarness>;

public sealed class GcpGet : GetConformance<SharedContainerHarness>;

public sealed class GcpRange : RangeConformance<SharedContainerHarness>;

public sealed class GcpConditions : ConditionsConformance<SharedContainerHarness>;

public sealed class GcpDelete : DeleteConformance<SharedContainerHarness>;

public sealed class GcpCopy : CopyConformance<SharedContainerHarness>;

public sealed class GcpMove : MoveConformance<SharedContainerHarness>;

public sealed class GcpList : ListConformance<SharedContainerHarness>;

public sealed class GcpMultipart : MultipartConformance<SharedContainerHarness>;

public sealed class GcpKeys : KeysConformance<SharedContainerHarness>;

public sealed class GcpMetadata : MetadataConformance<SharedContainerHarness>;

public sealed class GcpProperties : PropertiesConformance<SharedContainerHarness>;

public sealed class GcpBuckets : BucketsConformance<SharedContainerHarness>;

public sealed class GcpErrors : ErrorsConformance<SharedContainerHarness>;

public sealed class GcpStreams : StreamsConformance<SharedContainerHarness>;

public sealed class GcpTransfers : TransfersConformance<SharedContainerHarness>;

public sealed class GcpPresign : PresignConformance<SharedContainerHarness>;

public sealed class GcpLibraries : LibrariesConformance<SharedContainerHarness>;

public sealed class GcpCancellation : CancellationConformance<SharedContainerHarness>;

public sealed class GcpConcurrency : ConcurrencyConformance<SharedContainerHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_the_whole_suite() =>
        ConformanceCompleteness.AssertAllBound(typeof(Completeness).Assembly, typeof(SharedContainerHarness));
}
