using BleepStore.Storage.Conformance;
using BleepStore.Storage.Tests.Shared.Libraries;

namespace BleepStore.Storage.Tests.Conformance;

public sealed class InMemoryPut : PutConformance<InMemoryHarness>;

public sealed class InMemoryGet : GetConformance<InMemoryHarness>;

public sealed class InMemoryRange : RangeConformance<InMemoryHarness>;

public sealed class InMemoryConditions : ConditionsConformance<InMemoryHarness>;

public sealed class InMemoryDelete : DeleteConformance<InMemoryHarness>;

public sealed class InMemoryCopy : CopyConformance<InMemoryHarness>;

public sealed class InMemoryMove : MoveConformance<InMemoryHarness>;

public sealed class InMemoryList : ListConformance<InMemoryHarness>;

public sealed class InMemoryMultipart : MultipartConformance<InMemoryHarness>;

public sealed class InMemoryKeys : KeysConformance<InMemoryHarness>;

public sealed class InMemoryMetadata : MetadataConformance<InMemoryHarness>;

public sealed class InMemoryProperties : PropertiesConformance<InMemoryHarness>;

public sealed class InMemoryBuckets : BucketsConformance<InMemoryHarness>;

public sealed class InMemoryErrors : ErrorsConformance<InMemoryHarness>;

public sealed class InMemoryStreams : StreamsConformance<InMemoryHarness>;

public sealed class InMemoryTransfers : TransfersConformance<InMemoryHarness>;

public sealed class InMemoryPresign : PresignConformance<InMemoryHarness>;

public sealed class InMemoryLibraries : LibrariesConformance<InMemoryHarness>;

public sealed class InMemoryCancellation : CancellationConformance<InMemoryHarness>;

public sealed class InMemoryConcurrency : ConcurrencyConformance<InMemoryHarness>;

public class InMemorySuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out() =>
        ConformanceCompleteness.AssertAllBound(typeof(InMemorySuite).Assembly, typeof(InMemoryHarness));
}
