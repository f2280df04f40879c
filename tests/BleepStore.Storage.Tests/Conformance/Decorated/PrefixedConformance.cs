using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

public sealed class PrefixedPut : PutConformance<PrefixedHarness>;

public sealed class PrefixedGet : GetConformance<PrefixedHarness>;

public sealed class PrefixedRange : RangeConformance<PrefixedHarness>;

public sealed class PrefixedConditions : ConditionsConformance<PrefixedHarness>;

public sealed class PrefixedDelete : DeleteConformance<PrefixedHarness>;

public sealed class PrefixedCopy : CopyConformance<PrefixedHarness>;

public sealed class PrefixedMove : MoveConformance<PrefixedHarness>;

public sealed class PrefixedList : ListConformance<PrefixedHarness>;

public sealed class PrefixedMultipart : MultipartConformance<PrefixedHarness>;

public sealed class PrefixedKeys : KeysConformance<PrefixedHarness>;

public sealed class PrefixedMetadata : MetadataConformance<PrefixedHarness>;

public sealed class PrefixedProperties : PropertiesConformance<PrefixedHarness>;

public sealed class PrefixedBuckets : BucketsConformance<PrefixedHarness>;

public sealed class PrefixedErrors : ErrorsConformance<PrefixedHarness>;

public sealed class PrefixedStreams : StreamsConformance<PrefixedHarness>;

public sealed class PrefixedCancellation : CancellationConformance<PrefixedHarness>;

public sealed class PrefixedConcurrency : ConcurrencyConformance<PrefixedHarness>;

public sealed class PrefixedTransfers : TransfersConformance<PrefixedHarness>;

public sealed class PrefixedPresign : PresignConformance<PrefixedHarness>;

public class PrefixedSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out() =>
        ConformanceCompleteness.AssertAllBound(typeof(PrefixedSuite).Assembly, typeof(PrefixedHarness));
}
