using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Local.Tests.Conformance;

public sealed class LocalDecoratedPut : PutConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedGet : GetConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedRange : RangeConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedConditions : ConditionsConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedDelete : DeleteConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedCopy : CopyConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedMove : MoveConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedList : ListConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedMultipart : MultipartConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedKeys : KeysConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedMetadata : MetadataConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedProperties : PropertiesConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedBuckets : BucketsConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedErrors : ErrorsConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedStreams : StreamsConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedTransfers : TransfersConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedCancellation : CancellationConformance<LocalDecoratedHarness>;

public sealed class LocalDecoratedConcurrency : ConcurrencyConformance<LocalDecoratedHarness>;

public class LocalDecoratedSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out_but_presigning() => ConformanceCompleteness.AssertBound(
        typeof(LocalDecoratedSuite).Assembly,
        typeof(LocalDecoratedHarness),
        [.. ConformanceCompleteness.Suites.Where(static suite => suite != typeof(PresignConformance<>))]);
}
