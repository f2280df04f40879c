using BleepStore.Storage.Conformance;
using BleepStore.Storage.Tests.Shared.Libraries;

namespace BleepStore.Storage.Azure.Tests.Conformance.OnSharedContainer;

public sealed class AzurePut : PutConformance<SharedContainerHarness>;

public sealed class AzureGet : GetConformance<SharedContainerHarness>;

public sealed class AzureRange : RangeConformance<SharedContainerHarness>;

public sealed class AzureConditions : ConditionsConformance<SharedContainerHarness>;

public sealed class AzureDelete : DeleteConformance<SharedContainerHarness>;

public sealed class AzureCopy : CopyConformance<SharedContainerHarness>;

public sealed class AzureMove : MoveConformance<SharedContainerHarness>;

public sealed class AzureList : ListConformance<SharedContainerHarness>;

public sealed class AzureMultipart : MultipartConformance<SharedContainerHarness>;

public sealed class AzureKeys : KeysConformance<SharedContainerHarness>;

public sealed class AzureMetadata : MetadataConformance<SharedContainerHarness>;

public sealed class AzureProperties : PropertiesConformance<SharedContainerHarness>;

public sealed class AzureBuckets : BucketsConformance<SharedContainerHarness>;

public sealed class AzureErrors : ErrorsConformance<SharedContainerHarness>;

public sealed class AzureStreams : StreamsConformance<SharedContainerHarness>;

public sealed class AzureTransfers : TransfersConformance<SharedContainerHarness>;

public sealed class AzurePresign : PresignConformance<SharedContainerHarness>;

public sealed class AzureLibraries : LibrariesConformance<SharedContainerHarness>;

public sealed class AzureCancellation : CancellationConformance<SharedContainerHarness>;

public sealed class AzureConcurrency : ConcurrencyConformance<SharedContainerHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_the_whole_suite() =>
        ConformanceCompleteness.AssertAllBound(typeof(Completeness).Assembly, typeof(SharedContainerHarness));
}
