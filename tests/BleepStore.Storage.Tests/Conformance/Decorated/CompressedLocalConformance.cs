using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

public sealed class CompressedLocalPut : PutConformance<CompressedLocalHarness>;

public sealed class CompressedLocalGet : GetConformance<CompressedLocalHarness>;

public sealed class CompressedLocalRange : RangeConformance<CompressedLocalHarness>;

public sealed class CompressedLocalConditions : ConditionsConformance<CompressedLocalHarness>;

public sealed class CompressedLocalDelete : DeleteConformance<CompressedLocalHarness>;

public sealed class CompressedLocalCopy : CopyConformance<CompressedLocalHarness>;

public sealed class CompressedLocalMove : MoveConformance<CompressedLocalHarness>;

public sealed class CompressedLocalList : ListConformance<CompressedLocalHarness>;

public sealed class CompressedLocalMultipart : MultipartConformance<CompressedLocalHarness>;

public sealed class CompressedLocalKeys : KeysConformance<CompressedLocalHarness>;

public sealed class CompressedLocalMetadata : MetadataConformance<CompressedLocalHarness>;

public sealed class CompressedLocalProperties : PropertiesConformance<CompressedLocalHarness>;

public sealed class CompressedLocalBuckets : BucketsConformance<CompressedLocalHarness>;

public sealed class CompressedLocalErrors : ErrorsConformance<CompressedLocalHarness>;

public sealed class CompressedLocalStreams : StreamsConformance<CompressedLocalHarness>;

public sealed class CompressedLocalTransfers : TransfersConformance<CompressedLocalHarness>;

public sealed class CompressedLocalCancellation : CancellationConformance<CompressedLocalHarness>;

public sealed class CompressedLocalConcurrency : ConcurrencyConformance<CompressedLocalHarness>;

public class CompressedLocalSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out_but_presigning() => ConformanceCompleteness.AssertBound(
        typeof(CompressedLocalSuite).Assembly,
        typeof(CompressedLocalHarness),
        [.. ConformanceCompleteness.Suites.Where(static suite => suite != typeof(PresignConformance<>))]);
}
