using BleepStore.Storage.Conformance;

namespace BleepStore.Samples.Tests.Backend;

public sealed class DepotPut : PutConformance<DepotHarness>;

public sealed class DepotGet : GetConformance<DepotHarness>;

public sealed class DepotRange : RangeConformance<DepotHarness>;

public sealed class DepotConditions : ConditionsConformance<DepotHarness>;

public sealed class DepotDelete : DeleteConformance<DepotHarness>;

public sealed class DepotCopy : CopyConformance<DepotHarness>;

public sealed class DepotMove : MoveConformance<DepotHarness>;

public sealed class DepotList : ListConformance<DepotHarness>;

public sealed class DepotMultipart : MultipartConformance<DepotHarness>;

public sealed class DepotKeys : KeysConformance<DepotHarness>;

public sealed class DepotMetadata : MetadataConformance<DepotHarness>;

public sealed class DepotProperties : PropertiesConformance<DepotHarness>;

public sealed class DepotBuckets : BucketsConformance<DepotHarness>;

public sealed class DepotErrors : ErrorsConformance<DepotHarness>;

public sealed class DepotStreams : StreamsConformance<DepotHarness>;

public sealed class DepotTransfers : TransfersConformance<DepotHarness>;

public sealed class DepotPresign : PresignConformance<DepotHarness>;

public sealed class DepotCancellation : CancellationConformance<DepotHarness>;

public sealed class DepotConcurrency : ConcurrencyConformance<DepotHarness>;

public class DepotSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out() =>
        ConformanceCompleteness.AssertAllBound(typeof(DepotSuite).Assembly, typeof(DepotHarness));
}
