using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>On Ceph 16, or on the server that the environment names. Of that one nobody knows which of the differences it has.</summary>
public abstract class RadosgwHarness : AwsHarness
{
    public override IReadOnlyList<Difference> Differences =>
        GivenServer.IsSet ? [.. All.Select(static one => one with { IsOccasional = true }), .. AwsDifferences.OfGivenServers] : All;

    private static IReadOnlyList<Difference> All => [.. AwsDifferences.OfS3, .. AwsDifferences.OfUnpinnedCopies, .. AwsDifferences.OfCeph];
}
