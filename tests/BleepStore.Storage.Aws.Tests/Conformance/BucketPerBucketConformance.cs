using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance.OnBucketPerBucket;

public sealed class AwsCopy : CopyConformance<BucketPerBucketHarness>;

public sealed class AwsList : ListConformance<BucketPerBucketHarness>;

public sealed class AwsMultipart : MultipartConformance<BucketPerBucketHarness>;

public sealed class AwsKeys : KeysConformance<BucketPerBucketHarness>;

public sealed class AwsBuckets : BucketsConformance<BucketPerBucketHarness>;

public sealed class AwsErrors : ErrorsConformance<BucketPerBucketHarness>;

public sealed class AwsPresign : PresignConformance<BucketPerBucketHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_what_depends_on_the_mapping_of_buckets() => ConformanceCompleteness.AssertBound(
        typeof(Completeness).Assembly,
        typeof(BucketPerBucketHarness),
        typeof(CopyConformance<>),
        typeof(ListConformance<>),
        typeof(MultipartConformance<>),
        typeof(KeysConformance<>),
        typeof(BucketsConformance<>),
        typeof(ErrorsConformance<>),
        typeof(PresignConformance<>));
}
