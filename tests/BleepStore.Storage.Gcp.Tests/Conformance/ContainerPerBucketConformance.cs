using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Gcp.Tests.Conformance.OnContainerPerBucket;

public sealed class GcpPut : PutConformance<ContainerPerBucketHarness>;

public sealed class GcpGet : GetConformance<ContainerPerBucketHarness>;

public sealed class GcpRange : RangeConformance<ContainerPerBucketHarness>;

public sealed class GcpConditions : ConditionsConformance<ContainerPerBucketHarness>;

public sealed class GcpDelete : DeleteConformance<ContainerPerBucketHarness>;

public sealed class GcpCopy : CopyConformance<ContainerPerBucketHarness>;

public sealed class GcpMove : MoveConformance<ContainerPerBucketHarness>;

public sealed class GcpList : ListConformance<ContainerPerBucketHarness>;

public sealed class GcpMultipart : MultipartConformance<ContainerPerBucketHarness>;

public sealed class GcpKeys : KeysConformance<ContainerPerBucketHarness>;

public sealed class GcpMetadata : MetadataConformance<ContainerPerBucketHarness>;

public sealed class GcpProperties : PropertiesConformance<ContainerPerBucketHarness>;

public sealed class GcpBuckets : BucketsConformance<ContainerPerBucketHarness>;

public sealed class GcpErrors : ErrorsConformance<ContainerPerBucketHarness>;

public sealed class GcpStreams : StreamsConformance<ContainerPerBucketHarness>;

public sealed class GcpCancellation : CancellationConformance<ContainerPerBucketHarness>;

public sealed class GcpConcurrency : ConcurrencyConformance<ContainerPerBucketHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_the_whole_suite() => ConformanceCompleteness.AssertAllBound(typeof(Completeness).Assembly, typeof(ContainerPerBucketHarness));
}
