using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

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
                throw new StorageException(StorageErrorCode.BucketAlreadyExists, $"The bucket '{request.Bucket}' already exists.");
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
                throw new StorageException(
                    StorageErrorCode.BucketNotEmpty,
                    $"The bucket '{request.Bucket}' holds {bucket.Objects.Count} objects. Delete them first.");
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
            return Task.FromResult(Paging.Page(
                request, _buckets.Select(static bucket => new BucketInfo { Name = bucket.Key, CreatedAt = bucket.Value.CreatedAt })));
        }
    }
}
