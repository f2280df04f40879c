using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

public sealed class GuardedPut : PutConformance<GuardedHarness>;

public sealed class GuardedGet : GetConformance<GuardedHarness>;

public sealed class GuardedRange : RangeConformance<GuardedHarness>;

public sealed class GuardedConditions : ConditionsConformance<GuardedHarness>;

public sealed class GuardedDelete : DeleteConformance<GuardedHarness>;

public sealed class GuardedCopy : CopyConformance<GuardedHarness>;

public sealed class GuardedMove : MoveConformance<GuardedHarness>;

public sealed class GuardedList : ListConformance<GuardedHarness>;

public sealed class GuardedMultipart : MultipartConformance<GuardedHarness>;

public sealed class GuardedKeys : KeysConformance<GuardedHarness>;

public sealed class GuardedMetadata : MetadataConformance<GuardedHarness>;

public sealed class GuardedProperties : PropertiesConformance<GuardedHarness>;

public sealed class GuardedBuckets : BucketsConformance<GuardedHarness>;

public sealed class GuardedErrors : ErrorsConformance<GuardedHarness>;

public sealed class GuardedStreams : StreamsConformance<GuardedHarness>;

public sealed class GuardedTransfers : TransfersConformance<GuardedHarness>;

public sealed class GuardedPresign : PresignConformance<GuardedHarness>;

public sealed class GuardedCancellation : CancellationConformance<GuardedHarness>;

public sealed class GuardedConcurrency : ConcurrencyConformance<GuardedHarness>;

public sealed class GuardedSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out() =>
        ConformanceCompleteness.AssertAllBound(typeof(GuardedSuite).Assembly, typeof(GuardedHarness));
}
