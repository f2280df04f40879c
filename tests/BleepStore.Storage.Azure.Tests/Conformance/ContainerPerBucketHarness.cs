using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Azure.Tests.Conformance;

/// <summary>A container for every bucket, no prefix.</summary>
public sealed class ContainerPerBucketHarness : AzureHarness
{
    public override string Name => "azure, container per bucket";

    public override IReadOnlyList<Difference> Differences => [];

    protected override BucketMapping Mapping => BucketMapping.ContainerPerBucket;
}
