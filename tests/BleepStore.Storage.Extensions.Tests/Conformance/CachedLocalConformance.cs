using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

public sealed class CachedLocalPut : PutConformance<CachedLocalHarness>;

public sealed class CachedLocalGet : GetConformance<CachedLocalHarness>;

public sealed class CachedLocalRange : RangeConformance<CachedLocalHarness>;

public sealed class CachedLocalConditions : ConditionsConformance<CachedLocalHarness>;

public sealed class CachedLocalDelete : DeleteConformance<CachedLocalHarness>;

public sealed class CachedLocalCopy : CopyConformance<CachedLocalHarness>;

public sealed class CachedLocalMove : MoveConformance<CachedLocalHarness>;

public sealed class CachedLocalList : ListConformance<CachedLocalHarness>;

public sealed class CachedLocalMultipart : MultipartConformance<CachedLocalHarness>;

public sealed class CachedLocalKeys : KeysConformance<CachedLocalHarness>;

public sealed class CachedLocalMetadata : MetadataConformance<CachedLocalHarness>;

public sealed class CachedLocalProperties : PropertiesConformance<CachedLocalHarness>;

public sealed class CachedLocalBuckets : BucketsConformance<CachedLocalHarness>;

public sealed class CachedLocalErrors : ErrorsConformance<CachedLocalHarness>;

public sealed class CachedLocalStreams : StreamsConformance<CachedLocalHarness>;

public sealed class CachedLocalTransfers : TransfersConformance<CachedLocalHarness>;

public sealed class CachedLocalPresign : PresignConformance<CachedLocalHarness>;

public sealed class CachedLocalCancellation : CancellationConformance<CachedLocalHarness>;

public sealed class CachedLocalConcurrency : ConcurrencyConformance<CachedLocalHarness>;

public sealed class CachedLocalSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out() =>
        ConformanceCompleteness.AssertAllBound(typeof(CachedLocalSuite).Assembly, typeof(CachedLocalHarness));
}
