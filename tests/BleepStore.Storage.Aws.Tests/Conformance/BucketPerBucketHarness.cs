using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>
/// An upstream bucket for every bucket, no prefix, on Ceph or on the server that the environment names. On Ceph every fixture has an
/// account of its own, because an account sees all its buckets.
/// </summary>
public sealed class BucketPerBucketHarness : AwsHarness
{
    public override string Name => $"aws on {Radosgw.Name}, upstream bucket per bucket";

    /// <summary>One more than a request takes; the other mapping has the 2,500.</summary>
    public override int BulkKeys => 1001;

    protected override bool IsShared => false;

    private protected override async Task<S3Account> TakeAccountAsync()
    {
        Radosgw server = await Radosgw.RequireAsync();
        return GivenServer.IsSet ? server.Account : await server.CreateAccountAsync();
    }
}
