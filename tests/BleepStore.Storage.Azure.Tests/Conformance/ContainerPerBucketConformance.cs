using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Azure.Tests.Conformance.OnContainerPerBucket;

public sealed class AzureCopy : CopyConformance<ContainerPerBucketHarness>;

public sealed class AzureList : ListConformance<ContainerPerBucketHarness>;

public sealed class AzureMultipart : MultipartConformance<ContainerPerBucketHarness>;

public sealed class AzureKeys : KeysConformance<ContainerPerBucketHarness>;

public sealed class AzureBuckets : BucketsConformance<ContainerPerBucketHarness>;

public sealed class AzureErrors : ErrorsConformance<ContainerPerBucketHarness>;

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
