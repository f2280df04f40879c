using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

public sealed class CompressedPut : PutConformance<CompressedHarness>;

public sealed class CompressedGet : GetConformance<CompressedHarness>;

public sealed class CompressedRange : RangeConformance<CompressedHarness>;

public sealed class CompressedConditions : ConditionsConformance<CompressedHarness>;

public sealed class CompressedDelete : DeleteConformance<CompressedHarness>;

public sealed class CompressedCopy : CopyConformance<CompressedHarness>;

public sealed class CompressedMove : MoveConformance<CompressedHarness>;

public sealed class CompressedList : ListConformance<CompressedHarness>;

public sealed class CompressedMultipart : MultipartConformance<CompressedHarness>;

public sealed class CompressedKeys : KeysConformance<CompressedHarness>;

public sealed class CompressedMetadata : MetadataConformance<CompressedHarness>;

public sealed class CompressedProperties : PropertiesConformance<CompressedHarness>;

public sealed class CompressedBuckets : BucketsConformance<CompressedHarness>;

public sealed class CompressedErrors : ErrorsConformance<CompressedHarness>;

public sealed class CompressedStreams : StreamsConformance<CompressedHarness>;

public sealed class CompressedTransfers : TransfersConformance<CompressedHarness>;

public sealed class CompressedCancellation : CancellationConformance<CompressedHarness>;

public sealed class CompressedConcurrency : ConcurrencyConformance<CompressedHarness>;

public class CompressedSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out_but_presigning() => ConformanceCompleteness.AssertBound(
        typeof(CompressedSuite).Assembly,
        typeof(CompressedHarness),
        [.. ConformanceCompleteness.Suites.Where(static suite => suite != typeof(PresignConformance<>))]);
}
