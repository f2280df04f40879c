using BleepStore.Storage.Backends;

namespace BleepStore.Storage.InMemory;

internal sealed partial class InMemoryBackend
{
    public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_buckets.TryAdd(request.Bucket, new BucketState(_time.GetUtcNow())))
            {
                throw new StorageException(StorageErrorCode.BucketAlreadyExists, $"There is a bucket '{request.Bucket}' already.");
            }
        }

        return Task.CompletedTask;
    }

    public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            BucketState bucket = Find(request.Bucket);
            if (bucket.Objects.Count > 0)
            {
                throw new StorageException(StorageErrorCode.BucketNotEmpty, $"The bucket '{request.Bucket}' holds {bucket.Objects.Count} objects. Delete them first.");
            }

            Reserve(-bucket.Uploads.Values.Sum(static upload => upload.Size));
            _buckets.Remove(request.Bucket);
        }

        return Task.CompletedTask;
    }

    public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return Task.FromResult(_buckets.ContainsKey(request.Bucket));
        }
    }

    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            List<BucketInfo> buckets = _buckets
                .Where(bucket => bucket.Key.StartsWith(request.Prefix, StringComparison.Ordinal))
                .Where(bucket => request.StartAfter is null || string.CompareOrdinal(bucket.Key, request.StartAfter) > 0)
                .Select(static bucket => new BucketInfo { Name = bucket.Key, CreatedAt = bucket.Value.CreatedAt })
                .Take(request.PageSize + 1)
                .ToList();
            bool more = buckets.Count > request.PageSize;
            return Task.FromResult(new ListBucketsResult { Buckets = more ? buckets[..request.PageSize] : buckets, IsTruncated = more });
        }
    }
}
