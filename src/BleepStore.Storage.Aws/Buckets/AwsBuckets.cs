using BleepStore.Storage.Aws.Conditions;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Buckets;

/// <summary>The buckets, which are markers in the shared bucket, or buckets upstream.</summary>
internal sealed class AwsBuckets(
    AwsUpstream upstream,
    AwsClients clients,
    AwsNames names,
    AwsRequests requests,
    RequestFactory make,
    ConditionSupport conditions,
    ProbeObjects probes,
    BucketLooks looks,
    BucketLists lists,
    EmptyObjects empties)
{
    private const int MaxPageSize = 1000;

    /// <summary>
    /// Checks first whether the bucket exists. In some regions, S3 answers the creation of a bucket that the account already owns with
    /// success, and other servers always do.
    /// </summary>
    public async Task CreateAsync(CreateBucketRequest request, CancellationToken cancellationToken)
    {
        if (upstream.IsShared)
        {
            await CreateMarkerAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            if (await looks.ExistsAsync(new BucketExistsRequest { Bucket = request.Bucket }, cancellationToken).ConfigureAwait(false))
            {
                throw BucketAlreadyExists(request.Bucket);
            }
        }
        catch (StorageException error) when (error.Status is 301 or 400 or 403)
        {
            // The credential may not read another account's bucket, or a bucket that this account may only create. The creation shows which
            // case it is.
        }

        await requests.WriteAsync(token => clients.Client.PutBucketAsync(make.Bucket(request.Bucket), token), cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task DeleteAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        if (!await looks.ExistsAsync(new BucketExistsRequest { Bucket = request.Bucket }, cancellationToken).ConfigureAwait(false))
        {
            throw BucketLooks.NoSuchBucket(request.Bucket);
        }

        // The deletion of an upstream bucket deletes all its objects, so objects outside this store's prefix count too.
        await RequireEmptyAsync(request.Bucket, upstream.IsShared ? names.Root(request.Bucket) : "", cancellationToken)
            .ConfigureAwait(false);
        if (!upstream.IsShared)
        {
            await RequireNoVersionsAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
        }

        await AbortUploadsAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
        if (upstream.IsShared)
        {
            await requests.WriteAsync(
                token => clients.Client.DeleteObjectAsync(make.Delete(upstream.Shared, names.BucketMarker(request.Bucket)), token),
                cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await requests.WriteAsync(
                token => clients.Client.DeleteBucketAsync(new S3.DeleteBucketRequest { BucketName = request.Bucket }, token),
                cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<ListBucketsResult> ListAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        upstream.IsShared ? ListMarkersAsync(request, cancellationToken) : ListContainersAsync(request, cancellationToken);

    private static StorageException BucketAlreadyExists(string bucket) =>
        new(StorageErrorCode.BucketAlreadyExists, $"The bucket '{bucket}' already exists.");

    private async Task CreateMarkerAsync(string bucket, CancellationToken cancellationToken)
    {
        ServerConditions server = await conditions.FindAsync(ConditionKind.Put, upstream.Shared, cancellationToken).ConfigureAwait(false);
        if (!server.IfAbsent
            && await looks.ExistsAsync(new BucketExistsRequest { Bucket = bucket }, cancellationToken).ConfigureAwait(false))
        {
            throw BucketAlreadyExists(bucket);
        }

        try
        {
            await empties.PutAsync(upstream.Shared, names.BucketMarker(bucket), server.IfAbsent, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed || AwsErrors.IsConflict(error))
        {
            throw UpstreamErrors.Recode(error, StorageErrorCode.BucketAlreadyExists, $"The bucket '{bucket}' already exists.");
        }
    }

    private async Task RequireEmptyAsync(string bucket, string root, CancellationToken cancellationToken)
    {
        var list =
            new S3.ListObjectsV2Request
            {
                BucketName = upstream.Container(bucket),
                Prefix = root,
                MaxKeys = MaxPageSize,
                RequestPayer = make.Payer,
            };
        do
        {
            S3.ListObjectsV2Response page =
                await requests.ReadAsync(token => clients.Client.ListObjectsV2Async(list, token), cancellationToken).ConfigureAwait(false);
            if ((page.S3Objects ?? []).Exists(item => !item.Key.StartsWith(names.InternalRoot, StringComparison.Ordinal)))
            {
                throw new StorageException(StorageErrorCode.BucketNotEmpty, $"The bucket '{bucket}' holds objects. Delete them first.");
            }

            list.ContinuationToken = page.IsTruncated == true ? Paging.Next(list.ContinuationToken, page.NextContinuationToken) : null;
        }
        while (list.ContinuationToken is not null);
    }

    /// <summary>
    /// S3 deletes no bucket with versions or delete markers. The uploads would be aborted in vain. The internal objects of this library are
    /// deleted if nothing else is there.
    /// </summary>
    private async Task RequireNoVersionsAsync(string bucket, CancellationToken cancellationToken)
    {
        bool keepsOwn = false;
        try
        {
            await foreach (
                S3.S3ObjectVersion version in probes.ListVersionsAsync(bucket, prefix: null, cancellationToken).ConfigureAwait(false))
            {
                if (!version.Key.StartsWith(names.InternalRoot, StringComparison.Ordinal))
                {
                    throw new StorageException(
                        StorageErrorCode.BucketNotEmpty,
                        $"The bucket '{bucket}' holds versions of objects that were deleted or replaced. Delete the versions first.");
                }

                keepsOwn = true;
            }
        }
        catch (StorageException error) when (AwsErrors.IsUnknownRequest(error))
        {
            // The server has no versions.
            return;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied)
        {
            throw UpstreamErrors.Recode(
                error,
                StorageErrorCode.AccessDenied,
                $"The credential may not list the versions in the bucket '{bucket}', so nothing was deleted. Allow it " +
                "s3:ListBucketVersions.");
        }

        if (keepsOwn)
        {
            await probes.RemoveVersionsAsync(bucket, names.InternalRoot, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AbortUploadsAsync(string bucket, CancellationToken cancellationToken)
    {
        var list = new S3.ListMultipartUploadsRequest
        {
            BucketName = upstream.Container(bucket),
            Prefix = names.Root(bucket),
            Encoding = clients.UploadsEncoding,
            RequestPayer = make.Payer,
        };
        bool more;
        do
        {
            S3.ListMultipartUploadsResponse page =
                await requests.ReadAsync(token => clients.Client.ListMultipartUploadsAsync(list, token), cancellationToken)
                    .ConfigureAwait(false);
            foreach (S3.MultipartUpload upload in page.MultipartUploads ?? [])
            {
                await AbortUpstreamAsync(bucket, AwsNames.Listed(upload.Key, page.EncodingType), upload.UploadId, cancellationToken)
                    .ConfigureAwait(false);
            }

            string? next = AwsNames.Listed(page.NextKeyMarker ?? "", page.EncodingType);
            more = page.IsTruncated == true
                && Paging.Next(Paging.Pair(list.KeyMarker, list.UploadIdMarker), Paging.Pair(next, page.NextUploadIdMarker)) is not null;
            list.KeyMarker = more ? next : null;
            list.UploadIdMarker = page.NextUploadIdMarker;
        }
        while (more);
    }

    private async Task AbortUpstreamAsync(string bucket, string? name, string uploadId, CancellationToken cancellationToken)
    {
        if (name is null)
        {
            return;
        }

        try
        {
            await requests.WriteAsync(
                token => clients.Client.AbortMultipartUploadAsync(make.Abort(upstream.Container(bucket), name, uploadId), token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (AwsErrors.IsNoUpload(error))
        {
            // The upload has ended meanwhile.
        }
    }

    private async Task<ListBucketsResult> ListMarkersAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        string root = names.BucketMarkers;
        var list = new S3.ListObjectsV2Request
        {
            BucketName = upstream.Shared,
            Prefix = root + request.Prefix,
            StartAfter = request.StartAfter is { } after ? root + after : null,
            MaxKeys = request.PageSize,
            RequestPayer = make.Payer,
        };
        S3.ListObjectsV2Response page =
            await requests.ReadAsync(token => clients.Client.ListObjectsV2Async(list, token), cancellationToken).ConfigureAwait(false);
        return new ListBucketsResult
        {
            Buckets = [.. (page.S3Objects ?? []).Select(marker => new BucketInfo
            {
                Name = marker.Key[root.Length..],
                CreatedAt = AwsProperties.ToUtc(marker.LastModified),
            })],
            IsTruncated = page.IsTruncated == true,
        };
    }

    /// <summary>Buckets that this library can open. Others (with names from before today's rules, or of other kinds) do not show.</summary>
    private async Task<ListBucketsResult> ListContainersAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        var found = new List<S3.S3Bucket>();
        string? next = null;
        do
        {
            S3.ListBucketsResponse page = await lists.PageAsync(MaxPageSize, request.Prefix, next, cancellationToken).ConfigureAwait(false);
            found.AddRange(page.Buckets ?? []);
            next = Paging.Next(next, page.ContinuationToken);
        }
        while (next is not null);

        return Paging.Page(request, found
            .Where(static bucket => BucketNaming.IsValid(bucket.BucketName))
            .Select(static bucket => new BucketInfo { Name = bucket.BucketName, CreatedAt = AwsProperties.ToUtc(bucket.CreationDate) }));
    }
}
