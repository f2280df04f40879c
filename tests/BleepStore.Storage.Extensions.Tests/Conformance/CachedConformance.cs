using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

public sealed class CachedPut : PutConformance<CachedHarness>;

public sealed class CachedGet : GetConformance<CachedHarness>;

public sealed class CachedRange : RangeConformance<CachedHarness>;

public sealed class CachedConditions : ConditionsConformance<CachedHarness>;

public sealed class CachedDelete : DeleteConformance<CachedHarness>;

public sealed class CachedCopy : CopyConformance<CachedHarness>;

public sealed class CachedMove : MoveConformance<CachedHarness>;

public sealed class CachedList : ListConformance<CachedHarness>;

public sealed class CachedMultipart : MultipartConformance<CachedHarness>;

public sealed class CachedKeys : KeysConformance<CachedHarness>;

public sealed class CachedMetadata : MetadataConformance<CachedHarness>;

public sealed class CachedProperties : PropertiesConformance<CachedHarness>;

public sealed class CachedBuckets : BucketsConformance<CachedHarness>;

public sealed class CachedErrors : ErrorsConformance<CachedHarness>;

public sealed class CachedStreams : StreamsConformance<CachedHarness>;

public sealed class CachedTransfers : TransfersConformance<CachedHarness>;

public sealed class CachedPresign : PresignConformance<CachedHarness>;

public sealed class CachedCancellation : CancellationConformance<CachedHarness>;

public sealed class CachedConcurrency : ConcurrencyConformance<CachedHarness>;

public sealed class CachedSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out() =>
        ConformanceCompleteness.AssertAllBound(typeof(CachedSuite).Assembly, typeof(CachedHarness));
}
