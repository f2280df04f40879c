using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Azure.Tests.Conformance.OnIsolatedContainerPerBucket;

public sealed class AzureMultipart : MultipartConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureBuckets : BucketsConformance<IsolatedContainerPerBucketHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_what_depends_on_mapping_and_staging_together() => ConformanceCompleteness.AssertBound(
        typeof(Completeness).Assembly,
        typeof(IsolatedContainerPerBucketHarness),
        typeof(MultipartConformance<>),
        typeof(BucketsConformance<>));
}
