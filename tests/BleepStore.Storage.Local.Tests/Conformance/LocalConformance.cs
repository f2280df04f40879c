using BleepStore.Storage.Conformance;
using BleepStore.Storage.Tests.Shared.Libraries;

namespace BleepStore.Storage.Local.Tests.Conformance;

public sealed class LocalPut : PutConformance<LocalHarness>;

public sealed class LocalGet : GetConformance<LocalHarness>;

public sealed class LocalRange : RangeConformance<LocalHarness>;

public sealed class LocalConditions : ConditionsConformance<LocalHarness>;

public sealed class LocalDelete : DeleteConformance<LocalHarness>;

public sealed class LocalCopy : CopyConformance<LocalHarness>;

public sealed class LocalMove : MoveConformance<LocalHarness>;

public sealed class LocalList : ListConformance<LocalHarness>;

public sealed class LocalMultipart : MultipartConformance<LocalHarness>;

public sealed class LocalKeys : KeysConformance<LocalHarness>;

public sealed class LocalMetadata : MetadataConformance<LocalHarness>;

public sealed class LocalProperties : PropertiesConformance<LocalHarness>;

public sealed class LocalBuckets : BucketsConformance<LocalHarness>;

public sealed class LocalErrors : ErrorsConformance<LocalHarness>;

public sealed class LocalStreams : StreamsConformance<LocalHarness>;

public sealed class LocalTransfers : TransfersConformance<LocalHarness>;

public sealed class LocalPresign : PresignConformance<LocalHarness>;

public sealed class LocalLibraries : LibrariesConformance<LocalHarness>;

public sealed class LocalCancellation : CancellationConformance<LocalHarness>;

public sealed class LocalConcurrency : ConcurrencyConformance<LocalHarness>;

public class LocalSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out() => ConformanceCompleteness.AssertAllBound(typeof(LocalSuite).Assembly, typeof(LocalHarness));
}
