using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance;

/// <summary>
/// An upstream bucket for every bucket, no prefix, on Ceph; an account for every fixture, because an account sees all its buckets.
/// </summary>
public sealed class BucketPerBucketHarness : RadosgwHarness
{
    public override string Name => "aws on Ceph, upstream bucket per bucket";

    /// <summary>One more than a request takes; the other mapping has the 2,500.</summary>
    public override int BulkKeys => 1001;

    public override IReadOnlyList<Difference> Differences =>
    [
        .. base.Differences,
        .. OfOwnBuckets.Select(static one => one with { IsOccasional = GivenServer.IsSet }),
    ];

    protected override bool IsShared => false;

    private static IEnumerable<Difference> OfOwnBuckets =>
    [
        new("Buckets.Of_many_who_create_a_bucket_one_succeeds", "Ceph takes the creation of a bucket that the account has already for a success, so that it is asked for first, not in the same step"),
    ];

    private protected override async Task<S3Account> TakeAccountAsync()
    {
        Radosgw server = await Radosgw.RequireAsync();
        return GivenServer.IsSet ? server.Account : await server.CreateAccountAsync();
    }
}
