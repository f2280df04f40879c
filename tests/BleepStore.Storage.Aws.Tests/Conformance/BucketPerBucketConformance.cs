using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance.OnBucketPerBucket;

public sealed class AwsPut : PutConformance<BucketPerBucketHarness>;

public sealed class AwsGet : GetConformance<BucketPerBucketHarness>;

public sealed class AwsRange : RangeConformance<BucketPerBucketHarness>;

public sealed class AwsConditions : ConditionsConformance<BucketPerBucketHarness>;

public sealed class AwsDelete : DeleteConformance<BucketPerBucketHarness>;

public sealed class AwsCopy : CopyConformance<BucketPerBucketHarness>;

public sealed class AwsMove : MoveConformance<BucketPerBucketHarness>;

public sealed class AwsList : ListConformance<BucketPerBucketHarness>;

public sealed class AwsMultipart : MultipartConformance<BucketPerBucketHarness>;

public sealed class AwsKeys : KeysConformance<BucketPerBucketHarness>;

public sealed class AwsMetadata : MetadataConformance<BucketPerBucketHarness>;

public sealed class AwsProperties : PropertiesConformance<BucketPerBucketHarness>;

public sealed class AwsBuckets : BucketsConformance<BucketPerBucketHarness>;

public sealed class AwsErrors : ErrorsConformance<BucketPerBucketHarness>;

public sealed class AwsStreams : StreamsConformance<BucketPerBucketHarness>;

public sealed class AwsCancellation : CancellationConformance<BucketPerBucketHarness>;

public sealed class AwsConcurrency : ConcurrencyConformance<BucketPerBucketHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_the_whole_suite() => ConformanceCompleteness.AssertAllBound(typeof(Completeness).Assembly, typeof(BucketPerBucketHarness));
}
