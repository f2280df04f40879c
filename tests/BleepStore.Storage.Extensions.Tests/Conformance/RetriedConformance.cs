using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

public sealed class RetriedPut : PutConformance<RetriedHarness>;

public sealed class RetriedGet : GetConformance<RetriedHarness>;

public sealed class RetriedRange : RangeConformance<RetriedHarness>;

public sealed class RetriedConditions : ConditionsConformance<RetriedHarness>;

public sealed class RetriedDelete : DeleteConformance<RetriedHarness>;

public sealed class RetriedCopy : CopyConformance<RetriedHarness>;

public sealed class RetriedMove : MoveConformance<RetriedHarness>;

public sealed class RetriedList : ListConformance<RetriedHarness>;

public sealed class RetriedMultipart : MultipartConformance<RetriedHarness>;

public sealed class RetriedKeys : KeysConformance<RetriedHarness>;

public sealed class RetriedMetadata : MetadataConformance<RetriedHarness>;

public sealed class RetriedProperties : PropertiesConformance<RetriedHarness>;

public sealed class RetriedBuckets : BucketsConformance<RetriedHarness>;

public sealed class RetriedErrors : ErrorsConformance<RetriedHarness>;

public sealed class RetriedStreams : StreamsConformance<RetriedHarness>;

public sealed class RetriedTransfers : TransfersConformance<RetriedHarness>;

public sealed class RetriedPresign : PresignConformance<RetriedHarness>;

public sealed class RetriedCancellation : CancellationConformance<RetriedHarness>;

public sealed class RetriedConcurrency : ConcurrencyConformance<RetriedHarness>;

public sealed class RetriedSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out() =>
        ConformanceCompleteness.AssertAllBound(typeof(RetriedSuite).Assembly, typeof(RetriedHarness));
}
