using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

public sealed class ReadOnlyLocalPut : PutConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalGet : GetConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalRange : RangeConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalConditions : ConditionsConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalDelete : DeleteConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalCopy : CopyConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalMove : MoveConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalList : ListConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalMultipart : MultipartConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalKeys : KeysConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalMetadata : MetadataConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalProperties : PropertiesConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalBuckets : BucketsConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalErrors : ErrorsConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalStreams : StreamsConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalCancellation : CancellationConformance<ReadOnlyLocalHarness>;

public sealed class ReadOnlyLocalConcurrency : ConcurrencyConformance<ReadOnlyLocalHarness>;

public class ReadOnlyLocalSuite
{
    [Test]
    public void Leaves_out_presigning_and_transfers_only() => ConformanceCompleteness.AssertBound(
        typeof(ReadOnlyLocalSuite).Assembly,
        typeof(ReadOnlyLocalHarness),
        [.. ConformanceCompleteness.Suites.Except([typeof(PresignConformance<>), typeof(TransfersConformance<>)])]);
}
