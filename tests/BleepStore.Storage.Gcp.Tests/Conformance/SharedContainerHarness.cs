namespace BleepStore.Storage.Gcp.Tests.Conformance;

/// <summary>All buckets in one upstream bucket, under a prefix.</summary>
public sealed class SharedContainerHarness : GcpHarness
{
    public override string Name => "gcp, shared bucket";

    protected override GcpBucketMapping Mapping => GcpBucketMapping.SharedContainer;

    protected override string Prefix => "store/";
}
