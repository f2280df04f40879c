namespace BleepStore.Storage.Gcp.Tests.Conformance;

/// <summary>An upstream bucket for every bucket, no prefix.</summary>
public sealed class ContainerPerBucketHarness : GcpHarness
{
    public override string Name => "gcp, bucket per bucket";

    protected override GcpBucketMapping Mapping => GcpBucketMapping.ContainerPerBucket;
}
