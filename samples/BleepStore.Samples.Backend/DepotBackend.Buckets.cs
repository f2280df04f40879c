using BleepStore.Samples.Backend.Service;
using BleepStore.Storage;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Samples.Backend;

internal sealed partial class DepotBackend
{
    public override async Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage create = WriteRequest(HttpMethod.Put, request.Bucket);
        await SendWriteAsync(create, cancellationToken).ConfigureAwait(false);
    }

    public override async Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage delete = WriteRequest(HttpMethod.Delete, request.Bucket);
        await SendWriteAsync(delete, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken)
    {
        using RequestTimer timer = RequestTimer.Start(Limits, _time, cancellationToken);
        using HttpRequestMessage head = Request(HttpMethod.Head, request.Bucket);
        try
        {
            using HttpResponseMessage answer = await SendAsync(head, timer).ConfigureAwait(false);
            return true;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchBucket)
        {
            return false;
        }
    }

    public override async Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        string address = $"?limit={request.PageSize}&prefix={request.Prefix}&after={request.StartAfter}";
        DepotBuckets found = await ReadDocumentAsync<DepotBuckets>(address, cancellationToken).ConfigureAwait(false);
        return new ListBucketsResult
        {
            Buckets = [.. found.Buckets.Select(static bucket => new BucketInfo { Name = bucket.Name, CreatedAt = bucket.Created })],
            IsTruncated = found.HasMore,
        };
    }
}
