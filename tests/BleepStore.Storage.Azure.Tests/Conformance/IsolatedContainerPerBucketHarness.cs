namespace BleepStore.Storage.Azure.Tests.Conformance;

/// <summary>A container for every bucket, no prefix; the parts of every upload on a blob of its own.</summary>
public sealed class IsolatedContainerPerBucketHarness : ContainerPerBucketHarness
{
    public override string Name => "azure, container per bucket, isolated uploads";

    protected override MultipartStaging Staging => MultipartStaging.Isolated;
}
