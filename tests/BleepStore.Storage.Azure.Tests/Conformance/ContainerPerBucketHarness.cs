using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Azure.Tests.Conformance;

/// <summary>A container for every bucket, no prefix.</summary>
public class ContainerPerBucketHarness : AzureHarness
{
    private const string NoDots = "the names of Azure's containers hold no dots";

    public override string Name => "azure, container per bucket";

    /// <summary>One more than a request takes; the other mapping has the 2,500.</summary>
    public override int BulkKeys => 1001;

    public override IReadOnlyList<Difference> Differences =>
    [
        .. base.Differences,
        new("Buckets.A_name_that_keeps_the_rules_is_a_bucket(\"a-b.c-d.9\")", NoDots, StorageErrorCode.InvalidBucketName),
        new("Buckets.Buckets_whose_names_are_alike_keep_their_objects_apart", NoDots, StorageErrorCode.InvalidBucketName),
    ];

    protected override AzureBucketMapping Mapping => AzureBucketMapping.ContainerPerBucket;
}
