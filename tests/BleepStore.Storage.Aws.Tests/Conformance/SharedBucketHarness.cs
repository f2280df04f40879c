using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>All buckets in one upstream bucket, under a prefix, on Ceph or on the server that the environment names.</summary>
public sealed class SharedBucketHarness : AwsHarness
{
    public override string Name => $"aws on {Radosgw.Name}, shared bucket";

    protected override bool IsShared => true;

    /// <summary>A bucket that the environment names is shared by all fixtures, and by their runs.</summary>
    protected override string Prefix { get; } = GivenServer.Bucket is null ? "store/" : $"store-{Guid.NewGuid():N}/";

    private protected override async Task<S3Account> TakeAccountAsync() => (await Radosgw.RequireAsync()).Account;
}
