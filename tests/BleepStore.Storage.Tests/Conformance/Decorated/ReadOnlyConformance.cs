using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

public sealed class ReadOnlyPut : PutConformance<ReadOnlyHarness>;

public sealed class ReadOnlyGet : GetConformance<ReadOnlyHarness>;

public sealed class ReadOnlyRange : RangeConformance<ReadOnlyHarness>;

public sealed class ReadOnlyConditions : ConditionsConformance<ReadOnlyHarness>;

public sealed class ReadOnlyDelete : DeleteConformance<ReadOnlyHarness>;

public sealed class ReadOnlyCopy : CopyConformance<ReadOnlyHarness>;

public sealed class ReadOnlyMove : MoveConformance<ReadOnlyHarness>;

public sealed class ReadOnlyList : ListConformance<ReadOnlyHarness>;

public sealed class ReadOnlyMultipart : MultipartConformance<ReadOnlyHarness>;

public sealed class ReadOnlyKeys : KeysConformance<ReadOnlyHarness>;

public sealed class ReadOnlyMetadata : MetadataConformance<ReadOnlyHarness>;

public sealed class ReadOnlyProperties : PropertiesConformance<ReadOnlyHarness>;

public sealed class ReadOnlyBuckets : BucketsConformance<ReadOnlyHarness>;

public sealed class ReadOnlyErrors : ErrorsConformance<ReadOnlyHarness>;

public sealed class ReadOnlyStreams : StreamsConformance<ReadOnlyHarness>;

public sealed class ReadOnlyCancellation : CancellationConformance<ReadOnlyHarness>;

public sealed class ReadOnlyConcurrency : ConcurrencyConformance<ReadOnlyHarness>;

public class ReadOnlySuite
{
    [Test]
    public void Leaves_out_presigning_and_transfers_only() => ConformanceCompleteness.AssertBound(
        typeof(ReadOnlySuite).Assembly,
        typeof(ReadOnlyHarness),
        [.. ConformanceCompleteness.Suites.Except([typeof(PresignConformance<>), typeof(TransfersConformance<>)])]);
}
