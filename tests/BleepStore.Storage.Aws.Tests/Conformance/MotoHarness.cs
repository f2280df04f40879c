using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>All buckets in one upstream bucket, on moto, which knows some of Amazon's newer conditions.</summary>
public sealed class MotoHarness : AwsHarness
{
    public override string Name => "aws on moto, shared bucket";

    /// <summary>One more than a request takes; on Ceph it is 2,500.</summary>
    public override int BulkKeys => 1001;

    protected override bool IsShared => true;

    private protected override async Task<S3Account> TakeAccountAsync() => (await Moto.RequireAsync()).Account;
}
