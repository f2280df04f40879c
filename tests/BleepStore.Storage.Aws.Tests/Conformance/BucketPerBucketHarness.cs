using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>An upstream bucket for every bucket, no prefix, on Ceph; an account for every fixture, because an account sees all its buckets.</summary>
public sealed class BucketPerBucketHarness : RadosgwHarness
{
    public override string Name => "aws on Ceph, upstream bucket per bucket";

    protected override bool IsShared => false;

    private protected override async Task<S3Account> TakeAccountAsync() => await (await Radosgw.RequireAsync()).CreateAccountAsync();
}
