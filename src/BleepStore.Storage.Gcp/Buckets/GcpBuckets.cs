using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Wire;
using Google.Apis.Storage.v1;
using GcsBuckets = Google.Apis.Storage.v1.Data.Buckets;
using GcsObject = Google.Apis.Storage.v1.Data.Object;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp.Buckets;

/// <summary>The buckets, which are markers in the shared bucket, or buckets upstream.</summary>
internal sealed class GcpBuckets(
    GcpBackendOptions options,
    GcpUpstream upstream,
    GcpClients clients,
    GcpNames names,
    GcpRequests requests,
    ObjectInserts inserts,
    TemporaryObjects temporary,
    ObjectPages pages,
    BucketLooks looks,
    UpstreamBuckets ofUpstream)
{
    private const int MaxPageSize = 1000;

    private readonly ListMarkers _containerMarkers = new();

    public async Task CreateAsync(CreateBucketRequest request, CancellationToken cancellationToken)
    {
        string container = upstream.Container(request.Bucket);
        try
        {
            if (upstream.IsShared)
            {
                await CreateMarkerAsync(container, names.BucketMarker(request.Bucket), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                BucketsResource.InsertRequest insert = clients.Service.Buckets.Insert(ofUpstream.New(request.Bucket), options.ProjectId);
                await requests.WriteAsync(insert, Repeats.Harmless, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StorageException error) when (
            error.Status == 409 || (error.Code == StorageErrorCode.PreconditionFailed && upstream.IsShared))
        {
            // Google also answers 412 for a bucket that a policy of the organisation forbids. Only the marker has a condition.
            throw UpstreamErrors.Recode(error, StorageErrorCode.BucketAlreadyExists, $"The bucket '{request.Bucket}' already exists.");
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && upstream.IsShared)
        {
            throw upstream.MissingShared(error);
        }
    }

    /// <summary>The marker has a token, which identifies it when the answer to the first attempt was lost.</summary>
    private async Task CreateMarkerAsync(string container, string name, CancellationToken cancellationToken)
    {
        string token = UnconditionalWrites.CreateToken();
        GcsObject resource = GcpProperties.Resource(new ObjectAttributes(), storageClass: null, token: token);
        try
        {
            await inserts.PutAsync(
                container,
                name,
                resource,
                StorageBody.FromBytes(ReadOnlyMemory<byte>.Empty),
                ifGenerationMatch: 0,
                Repeats.Harmless,
                new Tries(),
                cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.IsOutcomeUnknown)
        {
            if (!await IsMadeByAsync(token, container, name, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }
        }
    }

    private async Task<bool> IsMadeByAsync(string token, string container, string name, CancellationToken cancellationToken)
    {
        try
        {
            GcsObject marker = await requests.ReadAsync(clients.Service.Objects.Get(container, name), cancellationToken)
                .ConfigureAwait(false);
            return GcpProperties.Read(name, marker).MadeBy(token) is not null;
        }
        catch (StorageException)
        {
            // The caller reports the failure of the creation. A failed read of the marker does not change it.
            return false;
        }
    }

    public async Task DeleteAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        string container = upstream.Container(request.Bucket);
        long generation = await looks.FindAsync(request.Bucket, container, cancellationToken).ConfigureAwait(false)
            ?? throw GcpUpstream.NoSuchBucket(request.Bucket);
        await RequireEmptyAsync(request.Bucket, container, cancellationToken).ConfigureAwait(false);

        // Parts are deleted before the records that lead to them.
        await temporary.DeleteAllAsync(container, names.Uploads(request.Bucket), cancellationToken).ConfigureAwait(false);
        await temporary.DeleteAllAsync(container, names.UploadRecords(request.Bucket), cancellationToken).ConfigureAwait(false);
        try
        {
            if (upstream.IsShared)
            {
                await temporary.DeleteAsync(
                    container, names.BucketMarker(request.Bucket), generation, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await ofUpstream.DeleteAsync(container, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StorageException error) when (error.Status == 409)
        {
            throw UpstreamErrors.Recode(
                error, StorageErrorCode.BucketNotEmpty, $"The bucket '{request.Bucket}' holds objects. Delete them first.");
        }
    }

    public Task<ListBucketsResult> ListAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        upstream.IsShared ? ListMarkersAsync(request, cancellationToken) : ListContainersAsync(request, cancellationToken);

    private async Task RequireEmptyAsync(string bucket, string container, CancellationToken cancellationToken)
    {
        ObjectsResource.ListRequest list = clients.Service.Objects.List(container);
        list.Prefix = upstream.IsShared ? names.Root(bucket) : null;

        // The service refuses to delete a bucket that has noncurrent versions. That must be known before any upload is aborted.
        list.Versions = upstream.IsShared ? null : true;
        do
        {
            GcsObjects page = await pages.ReadAsync(bucket, list, cancellationToken).ConfigureAwait(false);
            if (page.Items?.Any(item => !pages.IsInternal(item)) ?? false)
            {
                throw new StorageException(
                    StorageErrorCode.BucketNotEmpty,
                    $"The bucket '{bucket}' holds objects or noncurrent versions of them. Delete them first.");
            }

            list.PageToken = Paging.Next(list.PageToken, page.NextPageToken);
        }
        while (list.PageToken is not null);
    }

    private async Task<ListBucketsResult> ListMarkersAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        var buckets = new List<BucketInfo>();
        ObjectsResource.ListRequest list = clients.Service.Objects.List(upstream.Shared);
        list.Prefix = names.BucketMarkers + request.Prefix;
        list.StartOffset = request.StartAfter is { } after ? names.BucketMarker(after) : null;
        list.MaxResults = Math.Min(request.PageSize + 2, MaxPageSize);
        do
        {
            GcsObjects page;
            try
            {
                page = await requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
            {
                throw upstream.MissingShared(error);
            }

            buckets.AddRange((page.Items ?? [])
                .Select(marker => new BucketInfo
                {
                    Name = marker.Name[names.BucketMarkers.Length..],
                    CreatedAt = marker.TimeCreatedDateTimeOffset ?? default,
                })
                .Where(bucket => string.CompareOrdinal(bucket.Name, request.StartAfter) > 0));
            list.PageToken = Paging.Next(list.PageToken, page.NextPageToken);
        }
        while (buckets.Count <= request.PageSize && list.PageToken is not null);
        return Paging.Page(request, buckets);
    }

    /// <summary>
    /// Upstream buckets whose names are buckets'. Others (with underscores, say) cannot be opened through this library, so they do not
    /// show. The service cannot begin after a name, so its token for the next page is remembered. Where it is not, the listing begins anew
    /// and skips.
    /// </summary>
    private async Task<ListBucketsResult> ListContainersAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        var buckets = new List<BucketInfo>();
        BucketsResource.ListRequest list = clients.Service.Buckets.List(options.ProjectId);
        list.MaxResults = request.PageSize;
        list.Prefix = request.Prefix.Length == 0 ? null : request.Prefix;

        // A token continues only the listing that returned it, with the same prefix.
        list.PageToken = list.Prefix is null && request.StartAfter is { } after ? _containerMarkers.Find(after) : null;
        do
        {
            GcsBuckets page = await requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
            buckets.AddRange((page.Items ?? [])
                .Where(bucket => BucketNaming.IsValid(bucket.Name) && GcpNames.IsOwnBucket(bucket.Name))
                .Where(bucket => string.CompareOrdinal(bucket.Name, request.StartAfter) > 0)
                .Select(static bucket => new BucketInfo { Name = bucket.Name, CreatedAt = bucket.TimeCreatedDateTimeOffset ?? default }));
            list.PageToken = Paging.Next(list.PageToken, page.NextPageToken);

            // A page of the service is never cut, so its token leads to the next entries.
            if (buckets.Count > 0 && list.PageToken is { } next)
            {
                if (list.Prefix is null)
                {
                    _containerMarkers.Note(buckets[^1].Name, next);
                }

                return new ListBucketsResult { Buckets = buckets, IsTruncated = true };
            }
        }
        while (list.PageToken is not null);
        return new ListBucketsResult { Buckets = buckets };
    }
}
