using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using Google.Apis.Storage.v1;
using GcsBuckets = Google.Apis.Storage.v1.Data.Buckets;
using GcsObject = Google.Apis.Storage.v1.Data.Object;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp;

internal sealed partial class GcpBackend
{
    private const int MaxPageSize = 1000;

    private readonly PageTokens _bucketPages = new();

    public override async Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        try
        {
            if (_shared)
            {
                await CreateMarkerAsync(container, _names.BucketMarker(request.Bucket), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                BucketsResource.InsertRequest insert = Service.Buckets.Insert(NewBucket(request.Bucket), _options.ProjectId);
                await _requests.WriteAsync(insert, Repeats.Harmless, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed || error.Status == 409)
        {
            throw Recoded(error, StorageErrorCode.BucketAlreadyExists, $"There is a bucket '{request.Bucket}' already.");
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && _shared)
        {
            throw MissingContainer(error);
        }
    }

    /// <summary>With a token, by which a marker is known for ours when the answer to its first attempt was lost.</summary>
    private async Task CreateMarkerAsync(string container, string name, CancellationToken cancellationToken)
    {
        string token = UnconditionalWrites.CreateToken();
        GcsObject resource = GcpProperties.Resource(new ObjectAttributes(), storageClass: null, token: token);
        try
        {
            await _inserts.PutAsync(
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
            if (await TokenOfAsync(container, name, cancellationToken).ConfigureAwait(false) != token)
            {
                throw;
            }
        }
    }

    private async Task<string?> TokenOfAsync(string container, string name, CancellationToken cancellationToken)
    {
        try
        {
            return GcpProperties.Read(name, await _requests.ReadAsync(Service.Objects.Get(container, name), cancellationToken).ConfigureAwait(false)).WriteToken;
        }
        catch (StorageException)
        {
            // The caller is told of the failure of the creation. That the marker cannot be looked at adds nothing to it.
            return null;
        }
    }

    public override async Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        long generation = await FindBucketAsync(request.Bucket, container, cancellationToken).ConfigureAwait(false)
            ?? throw NoSuchBucket(request.Bucket);
        await RequireEmptyAsync(request.Bucket, container, cancellationToken).ConfigureAwait(false);

        // Parts before the records that lead to them.
        await _temporary.DeleteAllAsync(container, _names.Uploads(request.Bucket), cancellationToken).ConfigureAwait(false);
        await _temporary.DeleteAllAsync(container, _names.UploadRecords(request.Bucket), cancellationToken).ConfigureAwait(false);
        try
        {
            if (_shared)
            {
                await _temporary.DeleteAsync(
                    container, _names.BucketMarker(request.Bucket), generation, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await DeleteContainerAsync(container, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StorageException error) when (error.Status == 409)
        {
            throw Recoded(error, StorageErrorCode.BucketNotEmpty, $"The bucket '{request.Bucket}' holds objects. Delete them first.");
        }
    }

    public override async Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
        await FindBucketAsync(request.Bucket, Container(request.Bucket), cancellationToken).ConfigureAwait(false) is not null;

    /// <returns>
    /// The generation of the bucket's marker, or any number where the bucket is an upstream one; <see langword="null"/> when there is none.
    /// </returns>
    private async Task<long?> FindBucketAsync(string bucket, string container, CancellationToken cancellationToken)
    {
        try
        {
            if (_shared)
            {
                return (await _requests.ReadAsync(
                    Service.Objects.Get(container, _names.BucketMarker(bucket)), cancellationToken).ConfigureAwait(false)).Generation;
            }

            await _requests.ReadAsync(Service.Buckets.Get(container), cancellationToken).ConfigureAwait(false);
            return 0;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }

    /// <summary>Deletes an upstream bucket, which must be empty. After a retry it can be gone already.</summary>
    private async Task DeleteContainerAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await _requests.WriteAsync(Service.Buckets.Delete(container), Repeats.Harmless, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // It is gone.
        }
    }

    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        _shared ? ListMarkersAsync(request, cancellationToken) : ListContainersAsync(request, cancellationToken);

    private async Task RequireEmptyAsync(string bucket, string container, CancellationToken cancellationToken)
    {
        ObjectsResource.ListRequest list = Service.Objects.List(container);
        list.Prefix = _shared ? _names.Root(bucket) : null;

        // The service refuses to delete a bucket that has noncurrent versions. That must be known before any upload is aborted.
        list.Versions = _shared ? null : true;
        do
        {
            GcsObjects page = await ReadPageAsync(bucket, list, cancellationToken).ConfigureAwait(false);
            if (page.Items?.Any(item => !IsInternal(item)) ?? false)
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
        ObjectsResource.ListRequest list = Service.Objects.List(_options.Bucket);
        list.Prefix = _names.BucketMarkers + request.Prefix;
        list.StartOffset = request.StartAfter is { } after ? _names.BucketMarker(after) : null;
        list.MaxResults = Math.Min(request.PageSize + 2, MaxPageSize);
        do
        {
            GcsObjects page;
            try
            {
                page = await _requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
            {
                throw MissingContainer(error);
            }

            foreach (GcsObject marker in page.Items ?? [])
            {
                var bucket = new BucketInfo
                {
                    Name = marker.Name[_names.BucketMarkers.Length..],
                    CreatedAt = marker.TimeCreatedDateTimeOffset ?? default,
                };
                if (buckets.Count == request.PageSize)
                {
                    return new ListBucketsResult { Buckets = buckets, IsTruncated = true };
                }

                if (bucket.Name != request.StartAfter)
                {
                    buckets.Add(bucket);
                }
            }

            list.PageToken = Paging.Next(list.PageToken, page.NextPageToken);
        }
        while (list.PageToken is not null);
        return new ListBucketsResult { Buckets = buckets };
    }

    /// <summary>
    /// Upstream buckets whose names are buckets'. Others (with underscores, say) cannot be opened through this library, so they do not
    /// show. The service cannot begin after a name, so its token for the next page is remembered. Where it is not, the listing begins
    /// anew and skips.
    /// </summary>
    private async Task<ListBucketsResult> ListContainersAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        var buckets = new List<BucketInfo>();
        BucketsResource.ListRequest list = Service.Buckets.List(_options.ProjectId);
        list.MaxResults = request.PageSize;
        list.Prefix = request.Prefix.Length == 0 ? null : request.Prefix;

        // A token continues the listing that gave it, with the prefix of that listing.
        list.PageToken = list.Prefix is null && request.StartAfter is { } after ? _bucketPages.Find(after) : null;
        do
        {
            GcsBuckets page = await _requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
            buckets.AddRange((page.Items ?? [])
                .Where(bucket => BucketNaming.IsValid(bucket.Name) && GcpNames.IsOwnBucket(bucket.Name))
                .Where(bucket => string.CompareOrdinal(bucket.Name, request.StartAfter) > 0)
                .Select(static bucket => new BucketInfo { Name = bucket.Name, CreatedAt = bucket.TimeCreatedDateTimeOffset ?? default }));
            list.PageToken = Paging.Next(list.PageToken, page.NextPageToken);

            // A page of the service is never cut, so that its token leads to what follows.
            if (buckets.Count > 0 && list.PageToken is { } next)
            {
                if (list.Prefix is null)
                {
                    _bucketPages.Keep(buckets[^1].Name, next);
                }

                return new ListBucketsResult { Buckets = buckets, IsTruncated = true };
            }
        }
        while (list.PageToken is not null);
        return new ListBucketsResult { Buckets = buckets };
    }
}
