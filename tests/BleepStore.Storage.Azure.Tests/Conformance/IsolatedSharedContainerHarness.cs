namespace BleepStore.Storage.Azure.Tests.Conformance;

/// <summary>All buckets in one container, under a prefix; the parts of every upload on a blob of its own.</summary>
public sealed class IsolatedSharedContainerHarness : SharedContainerHarness
{
    public override string Name => "azure, shared container, isolated uploads";

    protected override MultipartStaging Staging => MultipartStaging.Isolated;
}
