using BleepStore.Storage.Conformance;
using BleepStore.Storage.Tests.Shared.Libraries;

namespace BleepStore.Storage.Local.Tests.Conformance;

public sealed class ManagedPut : PutConformance<ManagedHarness>;

public sealed class ManagedGet : GetConformance<ManagedHarness>;

public sealed class ManagedRange : RangeConformance<ManagedHarness>;

public sealed class ManagedConditions : ConditionsConformance<ManagedHarness>;

public sealed class ManagedDelete : DeleteConformance<ManagedHarness>;

public sealed class ManagedCopy : CopyConformance<ManagedHarness>;

public sealed class ManagedMove : MoveConformance<ManagedHarness>;

public sealed class ManagedList : ListConformance<ManagedHarness>;

public sealed class ManagedMultipart : MultipartConformance<ManagedHarness>;

public sealed class ManagedKeys : KeysConformance<ManagedHarness>;

public sealed class ManagedMetadata : MetadataConformance<ManagedHarness>;

public sealed class ManagedProperties : PropertiesConformance<ManagedHarness>;

public sealed class ManagedBuckets : BucketsConformance<ManagedHarness>;

public sealed class ManagedErrors : ErrorsConformance<ManagedHarness>;

public sealed class ManagedStreams : StreamsConformance<ManagedHarness>;

public sealed class ManagedTransfers : TransfersConformance<ManagedHarness>;

public sealed class ManagedPresign : PresignConformance<ManagedHarness>;

public sealed class ManagedLibraries : LibrariesConformance<ManagedHarness>;

public sealed class ManagedCancellation : CancellationConformance<ManagedHarness>;

public sealed class ManagedConcurrency : ConcurrencyConformance<ManagedHarness>;

public class ManagedSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out() => ConformanceCompleteness.AssertAllBound(typeof(ManagedSuite).Assembly, typeof(ManagedHarness));
}
