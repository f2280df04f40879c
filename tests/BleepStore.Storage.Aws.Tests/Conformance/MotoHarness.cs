using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>All buckets in one upstream bucket, on moto, which knows Amazon's newer conditions: on deletes, and of "must not exist" on completions.</summary>
public sealed class MotoHarness : AwsHarness
{
    public override string Name => "aws on moto, shared bucket";

    /// <summary>One more than a request takes; on Ceph it is 2,500.</summary>
    public override int BulkKeys => 1001;

    public override IReadOnlyList<Difference> Differences => [.. AwsDifferences.OfS3, .. AwsDifferences.OfUnpinnedCopies, .. AwsDifferences.OfMoto];

    protected override bool IsShared => true;

    private protected override async Task<S3Account> TakeAccountAsync() => (await Moto.RequireAsync()).Account;
}
