using BleepStore.Storage.Conformance;
using BleepStore.Storage.Tests.Shared.Libraries;

namespace BleepStore.Storage.Aws.Tests.Conformance.OnSharedBucket;

public sealed class AwsPut : PutConformance<SharedBucketHarness>;

public sealed class AwsGet : GetConformance<SharedBucketHarness>;

public sealed class AwsRange : RangeConformance<SharedBucketHarness>;

public sealed class AwsConditions : ConditionsConformance<SharedBucketHarness>;

public sealed class AwsDelete : DeleteConformance<SharedBucketHarness>;

public sealed class AwsCopy : CopyConformance<SharedBucketHarness>;

public sealed class AwsMove : MoveConformance<SharedBucketHarness>;

public sealed class AwsList : ListConformance<SharedBucketHarness>;

public sealed class AwsMultipart : MultipartConformance<SharedBucketHarness>;

public sealed class AwsKeys : KeysConformance<SharedBucketHarness>;

public sealed class AwsMetadata : MetadataConformance<SharedBucketHarness>;

public sealed class AwsProperties : PropertiesConformance<SharedBucketHarness>;

public sealed class AwsBuckets : BucketsConformance<SharedBucketHarness>;

public sealed class AwsErrors : ErrorsConformance<SharedBucketHarness>;

public sealed class AwsStreams : StreamsConformance<SharedBucketHarness>;

public sealed class AwsTransfers : TransfersConformance<SharedBucketHarness>;

public sealed class AwsPresign : PresignConformance<SharedBucketHarness>;

public sealed class AwsLibraries : LibrariesConformance<SharedBucketHarness>;

public sealed class AwsCancellation : CancellationConformance<SharedBucketHarness>;

public sealed class AwsConcurrency : ConcurrencyConformance<SharedBucketHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_the_whole_suite() =>
        ConformanceCompleteness.AssertAllBound(typeof(Completeness).Assembly, typeof(SharedBucketHarness));
}
