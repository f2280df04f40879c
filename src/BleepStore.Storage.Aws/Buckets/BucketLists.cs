using BleepStore.Storage.Aws.Wire;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Buckets;

/// <summary>Lists the buckets of an account.</summary>
internal sealed class BucketLists(AwsClients clients, AwsRequests requests)
{
    /// <summary>
    /// Accounts with many buckets must ask for pages ("ListBuckets", Amazon S3 API Reference). Other servers do not know pages.
    /// </summary>
    public Task<S3.ListBucketsResponse> PageAsync(
        int maxBuckets, string prefix, string? continuationToken, CancellationToken cancellationToken)
    {
        bool isAws = clients.Compatibility == AwsCompatibility.Aws;
        var list = new S3.ListBucketsRequest
        {
            MaxBuckets = isAws ? maxBuckets : null,
            Prefix = isAws && prefix.Length > 0 ? prefix : null,
            ContinuationToken = continuationToken,
        };
        return requests.ReadAsync(token => clients.Client.ListBucketsAsync(list, token), cancellationToken);
    }
}
