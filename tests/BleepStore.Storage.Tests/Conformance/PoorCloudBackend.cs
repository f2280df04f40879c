using System.Collections.Concurrent;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Tests.Conformance;

/// <summary>
/// An upstream with fewer abilities. It deletes only without conditions, copies only without conditions on the destination, and stores all
/// buckets in one container, where objects do not require the mark of a bucket.
/// </summary>
internal sealed class PoorCloudBackend(StorageBackend inner) : DelegatingBackend(inner)
{
    private readonly ConcurrentDictionary<string, BucketInfo> _marks = new(StringComparer.Ordinal);

    public override StorageCapabilities Capabilities => base.Capabilities with { DeletesConditionally = false, EnforcesBuckets = false };

    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
        new(InBucketAsync(request.Bucket, () => base.PutAsync(request, cancellationToken).AsTask(), cancellationToken));

    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
        new(InBucketAsync(request.Bucket, () => base.GetAsync(request, cancellationToken).AsTask(), cancellationToken));

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        InBucketAsync(request.Bucket, () => base.HeadAsync(request, cancellationToken), cancellationToken);

    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
        InBucketAsync(request.Bucket, () => base.ListAsync(request, cancellationToken), cancellationToken);

    public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
        InBucketAsync(request.Bucket, () => base.ListUploadsAsync(request, cancellationToken), cancellationToken);

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        InBucketAsync(request.Bucket, () => base.CreateUploadAsync(request, cancellationToken), cancellationToken);

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        if (!request.Condition.IsNone)
        {
            throw new StorageException(StorageErrorCode.NotSupported, "This upstream copies without conditions on the destination only.");
        }

        return InBucketAsync(request.Bucket, () => base.CopyAsync(request, cancellationToken), cancellationToken);
    }

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        if (!request.Condition.IsNone)
        {
            throw new InvalidOperationException("A conditional delete was handed to a backend that has none.");
        }

        return InBucketAsync(
            request.Bucket, async () => { await base.DeleteAsync(request, cancellationToken); return true; }, cancellationToken);
    }

    public override async Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken)
    {
        if (!_marks.TryAdd(request.Bucket, new BucketInfo { Name = request.Bucket }))
        {
            throw new StorageException(StorageErrorCode.BucketAlreadyExists, "The mark is there.");
        }

        await EnsureAsync(request.Bucket, cancellationToken);
    }

    public override async Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        if (!_marks.ContainsKey(request.Bucket))
        {
            throw new StorageException(StorageErrorCode.NoSuchBucket, "The mark is not there.");
        }

        await base.DeleteBucketAsync(request, cancellationToken);
        _marks.TryRemove(request.Bucket, out _);
    }

    public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_marks.ContainsKey(request.Bucket));

    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        BucketInfo[] after =
        [
            .. _marks.Values
                .Where(bucket => bucket.Name.StartsWith(request.Prefix, StringComparison.Ordinal))
                .Where(bucket => string.CompareOrdinal(bucket.Name, request.StartAfter) > 0)
                .OrderBy(static bucket => bucket.Name, StringComparer.Ordinal),
        ];
        return Task.FromResult(
            new ListBucketsResult { Buckets = [.. after.Take(request.PageSize)], IsTruncated = after.Length > request.PageSize });
    }

    private async Task<T> InBucketAsync<T>(string bucket, Func<Task<T>> operation, CancellationToken cancellationToken)
    {
        await EnsureAsync(bucket, cancellationToken);
        return await operation();
    }

    private async Task EnsureAsync(string bucket, CancellationToken cancellationToken)
    {
        try
        {
            await base.CreateBucketAsync(new CreateBucketRequest { Bucket = bucket }, cancellationToken);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.BucketAlreadyExists)
        {
            // The place is there.
        }
    }
}
