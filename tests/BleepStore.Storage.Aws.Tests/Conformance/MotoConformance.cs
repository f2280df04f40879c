using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance.OnMoto;

public sealed class AwsPut : PutConformance<MotoHarness>;

public sealed class AwsGet : GetConformance<MotoHarness>;

public sealed class AwsRange : RangeConformance<MotoHarness>;

public sealed class AwsConditions : ConditionsConformance<MotoHarness>;

public sealed class AwsDelete : DeleteConformance<MotoHarness>;

public sealed class AwsCopy : CopyConformance<MotoHarness>;

public sealed class AwsMove : MoveConformance<MotoHarness>;

public sealed class AwsList : ListConformance<MotoHarness>;

public sealed class AwsMultipart : MultipartConformance<MotoHarness>;

public sealed class AwsKeys : KeysConformance<MotoHarness>;

public sealed class AwsMetadata : MetadataConformance<MotoHarness>;

public sealed class AwsProperties : PropertiesConformance<MotoHarness>;

public sealed class AwsBuckets : BucketsConformance<MotoHarness>;

public sealed class AwsErrors : ErrorsConformance<MotoHarness>;

public sealed class AwsStreams : StreamsConformance<MotoHarness>;

public sealed class AwsCancellation : CancellationConformance<MotoHarness>;

public sealed class AwsConcurrency : ConcurrencyConformance<MotoHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_the_whole_suite() => ConformanceCompleteness.AssertAllBound(typeof(Completeness).Assembly, typeof(MotoHarness));
}
