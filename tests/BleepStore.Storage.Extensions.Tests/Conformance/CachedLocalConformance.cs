using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

// Three suites run only on the decorators around memory, and on Local without them. The disk spells keys. Transfers use operations that the
// other suites test. Local does not sign.

public sealed class CachedLocalPut : PutConformance<CachedLocalHarness>;

public sealed class CachedLocalGet : GetConformance<CachedLocalHarness>;

public sealed class CachedLocalRange : RangeConformance<CachedLocalHarness>;

public sealed class CachedLocalConditions : ConditionsConformance<CachedLocalHarness>;

public sealed class CachedLocalDelete : DeleteConformance<CachedLocalHarness>;

public sealed class CachedLocalCopy : CopyConformance<CachedLocalHarness>;

public sealed class CachedLocalMove : MoveConformance<CachedLocalHarness>;

public sealed class CachedLocalList : ListConformance<CachedLocalHarness>;

public sealed class CachedLocalMultipart : MultipartConformance<CachedLocalHarness>;

public sealed class CachedLocalMetadata : MetadataConformance<CachedLocalHarness>;

public sealed class CachedLocalProperties : PropertiesConformance<CachedLocalHarness>;

public sealed class CachedLocalBuckets : BucketsConformance<CachedLocalHarness>;

public sealed class CachedLocalErrors : ErrorsConformance<CachedLocalHarness>;

public sealed class CachedLocalStreams : StreamsConformance<CachedLocalHarness>;

public sealed class CachedLocalCancellation : CancellationConformance<CachedLocalHarness>;

public sealed class CachedLocalConcurrency : ConcurrencyConformance<CachedLocalHarness>;

public sealed class CachedLocalSuite
{
    private static readonly Type[] LeftOut = [typeof(KeysConformance<>), typeof(TransfersConformance<>), typeof(PresignConformance<>)];

    [Test]
    public void Leaves_no_part_of_the_contract_out() =>
        ConformanceCompleteness.AssertBound(
            typeof(CachedLocalSuite).Assembly,
            typeof(CachedLocalHarness),
            [.. ConformanceCompleteness.Suites.Except(LeftOut)]);
}
