using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Azure.Tests.Conformance.OnContainerPerBucket;

public sealed class AzurePut : PutConformance<ContainerPerBucketHarness>;

public sealed class AzureGet : GetConformance<ContainerPerBucketHarness>;

public sealed class AzureRange : RangeConformance<ContainerPerBucketHarness>;

public sealed class AzureConditions : ConditionsConformance<ContainerPerBucketHarness>;

public sealed class AzureDelete : DeleteConformance<ContainerPerBucketHarness>;

public sealed class AzureCopy : CopyConformance<ContainerPerBucketHarness>;

public sealed class AzureMove : MoveConformance<ContainerPerBucketHarness>;

public sealed class AzureList : ListConformance<ContainerPerBucketHarness>;

public sealed class AzureMultipart : MultipartConformance<ContainerPerBucketHarness>;

public sealed class AzureKeys : KeysConformance<ContainerPerBucketHarness>;

public sealed class AzureMetadata : MetadataConformance<ContainerPerBucketHarness>;

public sealed class AzureProperties : PropertiesConformance<ContainerPerBucketHarness>;

public sealed class AzureBuckets : BucketsConformance<ContainerPerBucketHarness>;

public sealed class AzureErrors : ErrorsConformance<ContainerPerBucketHarness>;

public sealed class AzureStreams : StreamsConformance<ContainerPerBucketHarness>;

public sealed class AzureCancellation : CancellationConformance<ContainerPerBucketHarness>;

public sealed class AzureConcurrency : ConcurrencyConformance<ContainerPerBucketHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_the_whole_suite() => ConformanceCompleteness.AssertAllBound(typeof(Completeness).Assembly, typeof(ContainerPerBucketHarness));
}
