using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Uploads;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Buckets;

/// <summary>The buckets, which are markers in the shared container, or containers.</summary>
internal sealed class AzureBuckets(
    AzureUpstream upstream,
    AzureClients clients,
    AzureNames names,
    AzureRequests requests,
    UploadRecords records,
    SharedContainer shared)
{
    private readonly ListMarkers _containerMarkers = new();

    public async Task CreateAsync(CreateBucketRequest request, CancellationToken cancellationToken)
    {
        BlobContainerClient container = upstream.Container(request.Bucket);
        if (!upstream.IsShared)
        {
            await requests.WriteAsync(token => container.CreateAsync(cancellationToken: token), cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await CreateMarkerAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchBucket)
        {
            await shared.CreateAfterAsync(error, cancellationToken).ConfigureAwait(false);
            await CreateMarkerAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task DeleteAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(new BucketExistsRequest { Bucket = request.Bucket }, cancellationToken).ConfigureAwait(false))
        {
            throw NoSuchBucket(request.Bucket);
        }

        // The deletion of a container deletes all its blobs, so blobs outside this store's prefix count too.
        string root = upstream.IsShared ? names.Root(request.Bucket) : "";
        await RequireEmptyAsync(request.Bucket, root, cancellationToken).ConfigureAwait(false);
        BlobContainerClient container = upstream.Container(request.Bucket);
        if (!upstream.IsShared)
        {
            await requests.WriteAsync(token => container.DeleteAsync(cancellationToken: token), cancellationToken).ConfigureAwait(false);
            return;
        }

        (List<UploadRecord> uploads, _) = await records.ListAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
        foreach (UploadRecord upload in uploads)
        {
            await records.DeleteAsync(request.Bucket, upload.Key, upload.UploadId, claim: null, cancellationToken).ConfigureAwait(false);
        }

        BlockBlobClient marker = Marker(request.Bucket);
        await requests.WriteAsync(token => marker.DeleteIfExistsAsync(cancellationToken: token), cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> ExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken)
    {
        BlobContainerClient container = upstream.Container(request.Bucket);
        try
        {
            if (upstream.IsShared)
            {
                BlockBlobClient marker = Marker(request.Bucket);
                await requests.HeadAsync(token => marker.GetPropertiesAsync(cancellationToken: token), cancellationToken)
                    .ConfigureAwait(false);
            }
            else
            {
                await requests.HeadAsync(token => container.GetPropertiesAsync(cancellationToken: token), cancellationToken)
                    .ConfigureAwait(false);
            }

            return true;
        }
        catch (StorageException error) when (error.Status == 404 && !(upstream.IsShared && error.Code == StorageErrorCode.NoSuchBucket))
        {
            return false;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchBucket)
        {
            throw shared.Missing(error);
        }
    }

    public Task<ListBucketsResult> ListAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        upstream.IsShared ? ListMarkersAsync(request, cancellationToken) : ListContainersAsync(request, cancellationToken);

    private static StorageException NoSuchBucket(string bucket) =>
        new(StorageErrorCode.NoSuchBucket, $"The bucket '{bucket}' does not exist. Create it first.");

    private async Task CreateMarkerAsync(string bucket, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        BlockBlobClient marker = Marker(bucket);
        try
        {
            await requests.WriteAsync(token => marker.UploadAsync(Stream.Null, options, token), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
        {
            throw UpstreamErrors.Recode(error, StorageErrorCode.BucketAlreadyExists, $"The bucket '{bucket}' already exists.");
        }
    }

    private async Task RequireEmptyAsync(string bucket, string root, CancellationToken cancellationToken)
    {
        BlobContainerClient container = upstream.Container(bucket);

        // Deleting a container deletes its versions and snapshots. Deleting a bucket of a shared container deletes only its marker.
        BlobStates states = upstream.IsShared ? BlobStates.None : BlobStates.Snapshots | BlobStates.Version;
        string? marker = null;
        do
        {
            var options = new GetBlobsOptions { Prefix = root, States = states };
            Page<BlobItem> page = await requests.ListAsync(
                token => container.GetBlobsAsync(options, token), marker, pageSize: null, cancellationToken).ConfigureAwait(false);
            if (page.Values.FirstOrDefault(blob => !blob.Name.StartsWith(names.InternalRoot, StringComparison.Ordinal)) is { } found)
            {
                throw new StorageException(
                    StorageErrorCode.BucketNotEmpty,
                    found.Snapshot is null && (found.VersionId is null || found.IsLatestVersion == true)
                        ? $"The bucket '{bucket}' holds objects. Delete them first."
                        : $"The bucket '{bucket}' holds earlier versions or snapshots of objects, which its deletion would delete, too. " +
                            "Delete them first, with one of Azure's tools.");
            }

            marker = Paging.Next(marker, page.ContinuationToken);
        }
        while (marker is not null);
    }

    /// <summary>
    /// Sends one request per page. Markers are named by their buckets, and the service does not change the order of those names.
    /// </summary>
    private async Task<ListBucketsResult> ListMarkersAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        var buckets = new List<BucketInfo>();
        string? start = request.StartAfter is { } after ? names.BucketMarker(after) : null;
        string? marker = null;
        do
        {
            // One entry is for the marker that the page starts after, and one shows whether there are more.
            Page<BlobItem> page = await requests.ListFromAsync(
                (from, token) => clients.Shared.GetBlobsAsync(
                    new GetBlobsOptions { Prefix = names.BucketMarkers + request.Prefix, StartFrom = from }, token),
                start,
                marker,
                request.PageSize + 2,
                cancellationToken).ConfigureAwait(false);
            buckets.AddRange(page.Values
                .Select(blob => new BucketInfo
                {
                    Name = blob.Name[names.BucketMarkers.Length..],
                    CreatedAt = blob.Properties.CreatedOn ?? blob.Properties.LastModified ?? default,
                })
                .Where(bucket => string.CompareOrdinal(bucket.Name, request.StartAfter) > 0));
            marker = Paging.Next(marker, page.ContinuationToken);
        }
        while (buckets.Count <= request.PageSize && marker is not null);
        return Paging.Page(request, buckets);
    }

    /// <summary>
    /// Containers whose names are buckets'. Others (<c>$web</c>, <c>$logs</c>, and those that S3 reserves) cannot be opened through this
    /// library, so they do not show.
    /// </summary>
    private async Task<ListBucketsResult> ListContainersAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        var buckets = new List<BucketInfo>();
        string? prefix = request.Prefix.Length == 0 ? null : request.Prefix;

        // A marker continues only the listing that returned it, with the same prefix.
        string? marker = prefix is null && request.StartAfter is { } after ? _containerMarkers.Before(after) : null;
        do
        {
            string? from = marker;
            Page<BlobContainerItem> page = await requests.ListAsync(
                token => clients.Service.GetBlobContainersAsync(prefix: prefix, cancellationToken: token), from, request.PageSize
                    + 1, cancellationToken).ConfigureAwait(false);
            if (prefix is null && page.Values.Count > 0)
            {
                _containerMarkers.Note(page.Values[^1].Name, page.ContinuationToken);
            }

            buckets.AddRange(page.Values
                .Where(static container => AzureNames.IsContainer(container.Name) && BucketNaming.IsValid(container.Name))
                .Select(static container => new BucketInfo { Name = container.Name, CreatedAt = container.Properties.LastModified })
                .Where(bucket => string.CompareOrdinal(bucket.Name, request.StartAfter) > 0));
            marker = Paging.Next(marker, page.ContinuationToken);
        }
        while (buckets.Count <= request.PageSize && marker is not null);
        return Paging.Page(request, buckets);
    }

    private BlockBlobClient Marker(string bucket) => clients.Shared.GetBlockBlobClient(names.BucketMarker(bucket));
}
