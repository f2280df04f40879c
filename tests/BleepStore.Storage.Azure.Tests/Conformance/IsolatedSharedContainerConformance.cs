using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Azure.Tests.Conformance.OnIsolatedSharedContainer;

public sealed class AzurePut : PutConformance<IsolatedSharedContainerHarness>;

public sealed class AzureGet : GetConformance<IsolatedSharedContainerHarness>;

public sealed class AzureRange : RangeConformance<IsolatedSharedContainerHarness>;

public sealed class AzureConditions : ConditionsConformance<IsolatedSharedContainerHarness>;

public sealed class AzureDelete : DeleteConformance<IsolatedSharedContainerHarness>;

public sealed class AzureCopy : CopyConformance<IsolatedSharedContainerHarness>;

public sealed class AzureMove : MoveConformance<IsolatedSharedContainerHarness>;

public sealed class AzureList : ListConformance<IsolatedSharedContainerHarness>;

public sealed class AzureMultipart : MultipartConformance<IsolatedSharedContainerHarness>;

public sealed class AzureKeys : KeysConformance<IsolatedSharedContainerHarness>;

public sealed class AzureMetadata : MetadataConformance<IsolatedSharedContainerHarness>;

public sealed class AzureProperties : PropertiesConformance<IsolatedSharedContainerHarness>;

public sealed class AzureBuckets : BucketsConformance<IsolatedSharedContainerHarness>;

public sealed class AzureErrors : ErrorsConformance<IsolatedSharedContainerHarness>;

public sealed class AzureStreams : StreamsConformance<IsolatedSharedContainerHarness>;

public sealed class AzureCancellation : CancellationConformance<IsolatedSharedContainerHarness>;

public sealed class AzureConcurrency : ConcurrencyConformance<IsolatedSharedContainerHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_the_whole_suite() => ConformanceCompleteness.AssertAllBound(typeof(Completeness).Assembly, typeof(IsolatedSharedContainerHarness));
}
