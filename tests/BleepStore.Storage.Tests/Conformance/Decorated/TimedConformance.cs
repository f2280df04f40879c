using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

public sealed class TimedPut : PutConformance<TimedHarness>;

public sealed class TimedGet : GetConformance<TimedHarness>;

public sealed class TimedRange : RangeConformance<TimedHarness>;

public sealed class TimedConditions : ConditionsConformance<TimedHarness>;

public sealed class TimedDelete : DeleteConformance<TimedHarness>;

public sealed class TimedCopy : CopyConformance<TimedHarness>;

public sealed class TimedMove : MoveConformance<TimedHarness>;

public sealed class TimedList : ListConformance<TimedHarness>;

public sealed class TimedMultipart : MultipartConformance<TimedHarness>;

public sealed class TimedKeys : KeysConformance<TimedHarness>;

public sealed class TimedMetadata : MetadataConformance<TimedHarness>;

public sealed class TimedProperties : PropertiesConformance<TimedHarness>;

public sealed class TimedBuckets : BucketsConformance<TimedHarness>;

public sealed class TimedErrors : ErrorsConformance<TimedHarness>;

public sealed class TimedStreams : StreamsConformance<TimedHarness>;

public sealed class TimedCancellation : CancellationConformance<TimedHarness>;

public sealed class TimedConcurrency : ConcurrencyConformance<TimedHarness>;

public class TimedSuite
{
    [Test]
    public void Leaves_out_presigning_and_transfers_only() => ConformanceCompleteness.AssertBound(
        typeof(TimedSuite).Assembly,
        typeof(TimedHarness),
        [.. ConformanceCompleteness.Suites.Except([typeof(PresignConformance<>), typeof(TransfersConformance<>)])]);
}
