using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

public sealed class LimitedPut : PutConformance<LimitedHarness>;

public sealed class LimitedGet : GetConformance<LimitedHarness>;

public sealed class LimitedRange : RangeConformance<LimitedHarness>;

public sealed class LimitedConditions : ConditionsConformance<LimitedHarness>;

public sealed class LimitedDelete : DeleteConformance<LimitedHarness>;

public sealed class LimitedCopy : CopyConformance<LimitedHarness>;

public sealed class LimitedMove : MoveConformance<LimitedHarness>;

public sealed class LimitedList : ListConformance<LimitedHarness>;

public sealed class LimitedMultipart : MultipartConformance<LimitedHarness>;

public sealed class LimitedKeys : KeysConformance<LimitedHarness>;

public sealed class LimitedMetadata : MetadataConformance<LimitedHarness>;

public sealed class LimitedProperties : PropertiesConformance<LimitedHarness>;

public sealed class LimitedBuckets : BucketsConformance<LimitedHarness>;

public sealed class LimitedErrors : ErrorsConformance<LimitedHarness>;

public sealed class LimitedStreams : StreamsConformance<LimitedHarness>;

public sealed class LimitedCancellation : CancellationConformance<LimitedHarness>;

public sealed class LimitedConcurrency : ConcurrencyConformance<LimitedHarness>;

public class LimitedSuite
{
    [Test]
    public void Leaves_out_presigning_and_transfers_only() => ConformanceCompleteness.AssertBound(
        typeof(LimitedSuite).Assembly,
        typeof(LimitedHarness),
        [.. ConformanceCompleteness.Suites.Except([typeof(PresignConformance<>), typeof(TransfersConformance<>)])]);
}
