using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Azure.Tests.Conformance.OnIsolatedContainerPerBucket;

public sealed class AzurePut : PutConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureGet : GetConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureRange : RangeConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureConditions : ConditionsConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureDelete : DeleteConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureCopy : CopyConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureMove : MoveConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureList : ListConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureMultipart : MultipartConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureKeys : KeysConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureMetadata : MetadataConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureProperties : PropertiesConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureBuckets : BucketsConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureErrors : ErrorsConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureStreams : StreamsConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureCancellation : CancellationConformance<IsolatedContainerPerBucketHarness>;

public sealed class AzureConcurrency : ConcurrencyConformance<IsolatedContainerPerBucketHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_the_whole_suite() => ConformanceCompleteness.AssertAllBound(typeof(Completeness).Assembly, typeof(IsolatedContainerPerBucketHarness));
}
