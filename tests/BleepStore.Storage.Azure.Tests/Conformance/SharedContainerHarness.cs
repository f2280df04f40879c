namespace BleepStore.Storage.Azure.Tests.Conformance;

/// <summary>All buckets in one container, under a prefix.</summary>
public class SharedContainerHarness : AzureHarness
{
    public override string Name => "azure, shared container";

    protected override AzureBucketMapping Mapping => AzureBucketMapping.SharedContainer;

    protected override string Prefix => "store/";
}
