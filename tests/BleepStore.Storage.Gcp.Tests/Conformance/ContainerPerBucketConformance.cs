using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Gcp.Tests.Conformance.OnContainerPerBucket;

public sealed class GcpCopy : CopyConformance<ContainerPerBucketHarness>;

public sealed class GcpList : ListConformance<ContainerPerBucketHarness>;

public sealed class GcpMultipart : MultipartConformance<ContainerPerBucketHarness>;

public sealed class GcpKeys : KeysConformance<ContainerPerBucketHarness>;

public sealed class GcpBuckets : BucketsConformance<ContainerPerBucketHarness>;

public sealed class GcpErrors : ErrorsConformance<ContainerPerBucketHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_what_depends_on_the_mapping_of_buckets() => ConformanceCompleteness.AssertBound(
        typeof(Completeness).Assembly,
        typeof(ContainerPerBucketHarness),
        typeof(CopyConformance<>),
        typeof(ListConformance<>),
        typeof(MultipartConformance<>),
        typeof(KeysConformance<>),
        typeof(BucketsConformance<>),
        typeof(ErrorsConformance<>));
}
