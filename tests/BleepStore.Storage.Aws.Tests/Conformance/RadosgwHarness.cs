using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>On Ceph 16.</summary>
public abstract class RadosgwHarness : AwsHarness
{
    public override IReadOnlyList<Difference> Differences => [.. AwsDifferences.OfS3, .. AwsDifferences.OfUnpinnedCopies, .. AwsDifferences.OfCeph];
}
