using BleepStore.Storage.Conformance;
using BleepStore.Storage.Tests.Shared.Libraries;

namespace BleepStore.Storage.Tests.Conformance;

public sealed class CloudLikePut : PutConformance<CloudLikeHarness>;

public sealed class CloudLikeGet : GetConformance<CloudLikeHarness>;

public sealed class CloudLikeRange : RangeConformance<CloudLikeHarness>;

public sealed class CloudLikeConditions : ConditionsConformance<CloudLikeHarness>;

public sealed class CloudLikeDelete : DeleteConformance<CloudLikeHarness>;

public sealed class CloudLikeCopy : CopyConformance<CloudLikeHarness>;

public sealed class CloudLikeMove : MoveConformance<CloudLikeHarness>;

public sealed class CloudLikeList : ListConformance<CloudLikeHarness>;

public sealed class CloudLikeMultipart : MultipartConformance<CloudLikeHarness>;

public sealed class CloudLikeKeys : KeysConformance<CloudLikeHarness>;

public sealed class CloudLikeMetadata : MetadataConformance<CloudLikeHarness>;

public sealed class CloudLikeProperties : PropertiesConformance<CloudLikeHarness>;

public sealed class CloudLikeBuckets : BucketsConformance<CloudLikeHarness>;

public sealed class CloudLikeErrors : ErrorsConformance<CloudLikeHarness>;

public sealed class CloudLikeStreams : StreamsConformance<CloudLikeHarness>;

public sealed class CloudLikeTransfers : TransfersConformance<CloudLikeHarness>;

public sealed class CloudLikePresign : PresignConformance<CloudLikeHarness>;

public sealed class CloudLikeLibraries : LibrariesConformance<CloudLikeHarness>;

public sealed class CloudLikeCancellation : CancellationConformance<CloudLikeHarness>;

public sealed class CloudLikeConcurrency : ConcurrencyConformance<CloudLikeHarness>;

public class CloudLikeSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out() =>
        ConformanceCompleteness.AssertAllBound(typeof(CloudLikeSuite).Assembly, typeof(CloudLikeHarness));
}
