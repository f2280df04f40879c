namespace BleepStore.Storage.Azure.Tests.Conformance;

/// <summary>All buckets in one container, under a prefix; the parts of every upload on a blob of its own.</summary>
public sealed class IsolatedSharedContainerHarness : SharedContainerHarness
{
    public override string Name => "azure, shared container, isolated uploads";

    /// <summary>One more than a request takes; the other mapping has the 2,500.</summary>
    public override int BulkKeys => 1001;

    protected override MultipartStaging Staging => MultipartStaging.Isolated;
}
