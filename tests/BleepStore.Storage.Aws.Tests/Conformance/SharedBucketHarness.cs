using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>All buckets in one upstream bucket, under a prefix, on Ceph.</summary>
public sealed class SharedBucketHarness : RadosgwHarness
{
    public override string Name => "aws on Ceph, shared bucket";

    protected override bool IsShared => true;

    protected override string Prefix => "store/";

    private protected override async Task<S3Account> TakeAccountAsync() => (await Radosgw.RequireAsync()).Account;
}
