using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

internal sealed partial class AzureBackend
{
    public override async Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken)
    {
        BlobContainerClient container = Container(request.Bucket);
        if (!_shared)
        {
            await _requests.WriteAsync(() => container.CreateAsync(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await CreateMarkerAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchBucket)
        {
            if (!_options.CreateContainer)
            {
                throw MissingContainer(error);
            }

            await CreateContainerAsync(cancellationToken).ConfigureAwait(false);
            await CreateMarkerAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        if (!await BucketExistsAsync(new BucketExistsRequest { Bucket = request.Bucket }, cancellationToken).ConfigureAwait(false))
        {
            throw NoSuchBucket(request.Bucket);
        }

        // Deleting a container deletes what is in it, so that everything counts, also what is outside our prefix.
        string root = _shared ? _names.Root(request.Bucket) : "";
        await RequireEmptyAsync(request.Bucket, root, cancellationToken).ConfigureAwait(false);
        BlobContainerClient container = Container(request.Bucket);
        if (!_shared)
        {
            await _requests.WriteAsync(() => container.DeleteAsync(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (UploadRecord upload in await _records.ListAsync(request.Bucket, cancellationToken).ConfigureAwait(false))
        {
            await _records.DeleteAsync(request.Bucket, upload.Key, upload.UploadId, claim: null, cancellationToken).ConfigureAwait(false);
        }

        BlockBlobClient marker = Marker(request.Bucket);
        await _requests.WriteAsync(() => marker.DeleteIfExistsAsync(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public override async Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken)
    {
        BlobContainerClient container = Container(request.Bucket);
        try
        {
            if (_shared)
            {
                BlockBlobClient marker = Marker(request.Bucket);
                await AzureRequests.ReadAsync(() => marker.GetPropertiesAsync(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await AzureRequests.ReadAsync(() => container.GetPropertiesAsync(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (StorageException error) when (error.Status == 404 && !(_shared && error.Code == StorageErrorCode.NoSuchBucket))
        {
            return false;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchBucket)
        {
            throw MissingContainer(error);
        }
    }

    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) => AzureRequests.ReadAsync(
        async () =>
        {
            var buckets = new List<BucketInfo>();
            await foreach (BucketInfo bucket in (_shared ? MarkersAsync(cancellationToken) : ContainersAsync(cancellationToken)).ConfigureAwait(false))
            {
                if (request.StartAfter is null || string.CompareOrdinal(bucket.Name, request.StartAfter) > 0)
                {
                    buckets.Add(bucket);
                }

                if (buckets.Count > request.PageSize)
                {
                    return new ListBucketsResult { Buckets = buckets[..request.PageSize], IsTruncated = true };
                }
            }

            return new ListBucketsResult { Buckets = buckets };
        },
        cancellationToken);

    private static StorageException NoSuchBucket(string bucket) => new(StorageErrorCode.NoSuchBucket, $"There is no bucket '{bucket}'. Create it first.");

    private async Task CreateMarkerAsync(string bucket, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        BlockBlobClient marker = Marker(bucket);
        try
        {
            await _requests.WriteAsync(() => marker.UploadAsync(Stream.Null, options, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
        {
            throw new StorageException(StorageErrorCode.BucketAlreadyExists, $"There is a bucket '{bucket}' already.", error.InnerException)
            {
                Status = error.Status,
                ProviderCode = error.ProviderCode,
                RequestId = error.RequestId,
                IsOutcomeUnknown = error.IsOutcomeUnknown,
            };
        }
    }

    private async Task RequireEmptyAsync(string bucket, string root, CancellationToken cancellationToken)
    {
        BlobContainerClient container = Container(bucket);
        bool empty = await AzureRequests.ReadAsync(
            async () =>
            {
                await foreach (BlobItem blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = root }, cancellationToken).ConfigureAwait(false))
                {
                    if (!blob.Name.StartsWith(_names.InternalRoot, StringComparison.Ordinal))
                    {
                        return false;
                    }
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
        if (!empty)
        {
            throw new StorageException(StorageErrorCode.BucketNotEmpty, $"The bucket '{bucket}' holds objects. Delete them first.");
        }
    }

    private async IAsyncEnumerable<BucketInfo> MarkersAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (BlobItem blob in _clients.Shared.GetBlobsAsync(new GetBlobsOptions { Prefix = _names.BucketMarkers }, cancellationToken).ConfigureAwait(false))
        {
            yield return new BucketInfo(blob.Name[_names.BucketMarkers.Length..], blob.Properties.CreatedOn ?? blob.Properties.LastModified ?? default);
        }
    }

    /// <summary>Containers whose names are buckets'. Others (<c>$web</c>, <c>$logs</c>, and those that S3 reserves) cannot be opened through this library, so they do not show.</summary>
    private async IAsyncEnumerable<BucketInfo> ContainersAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (BlobContainerItem container in _clients.Service.GetBlobContainersAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (AzureNames.IsContainer(container.Name) && !IsReserved(container.Name))
            {
                yield return new BucketInfo(container.Name, container.Properties.LastModified);
            }
        }
    }

    private static bool IsReserved(string name) =>
        name.StartsWith("sthree-", StringComparison.Ordinal) || name.StartsWith("amzn-s3-demo-", StringComparison.Ordinal) || name.EndsWith("-s3alias", StringComparison.Ordinal);

    private BlockBlobClient Marker(string bucket) => _clients.Shared.GetBlockBlobClient(_names.BucketMarker(bucket));
}
