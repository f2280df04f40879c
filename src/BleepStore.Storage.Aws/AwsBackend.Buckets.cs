using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

internal sealed partial class AwsBackend
{
    private const int MaxPageSize = 1000;

    /// <summary>
    /// S3 takes the creation of a bucket that the same account has for a success in some regions, and other servers in all: it is asked for
    /// first.
    /// </summary>
    public override async Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken)
    {
        if (_shared)
        {
            await CreateMarkerAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            if (await BucketExistsAsync(new BucketExistsRequest { Bucket = request.Bucket }, cancellationToken).ConfigureAwait(false))
            {
                throw BucketAlreadyExists(request.Bucket);
            }
        }
        catch (StorageException error) when (error.Status is 301 or 400 or 403)
        {
            // Another account's bucket may not be looked at, nor one that this account may only create. The creation tells which.
        }

        await _requests.WriteAsync(token => Client.PutBucketAsync(NewBucket(request.Bucket), token), cancellationToken).ConfigureAwait(false);
    }

    public override async Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        if (!await BucketExistsAsync(new BucketExistsRequest { Bucket = request.Bucket }, cancellationToken).ConfigureAwait(false))
        {
            throw NoSuchBucket(request.Bucket);
        }

        // Deleting an upstream bucket deletes it whole, so that everything counts, also what is outside our prefix.
        await RequireEmptyAsync(request.Bucket, _shared ? _names.Root(request.Bucket) : "", cancellationToken).ConfigureAwait(false);
        if (!_shared)
        {
            await RequireNoVersionsAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
        }

        await AbortUploadsAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
        if (_shared)
        {
            await _requests.WriteAsync(token => Client.DeleteObjectAsync(_make.Delete(_options.Bucket!, _names.BucketMarker(request.Bucket)), token), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await _requests.WriteAsync(token => Client.DeleteBucketAsync(new S3.DeleteBucketRequest { BucketName = request.Bucket }, token), cancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (_shared)
            {
                await _requests.ReadAsync(token => Client.GetObjectMetadataAsync(_make.Head(_options.Bucket!, _names.BucketMarker(request.Bucket)), token), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await HeadUpstreamAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (StorageException error) when (error.Status == 404)
        {
            if (_shared && !_sharedSeen)
            {
                await RequireSharedAsync(cancellationToken).ConfigureAwait(false);
            }

            return false;
        }
    }

    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        _shared ? ListMarkersAsync(request, cancellationToken) : ListUpstreamAsync(request, cancellationToken);

    private static StorageException NoSuchBucket(string bucket) =>
        new(StorageErrorCode.NoSuchBucket, $"There is no bucket '{bucket}'. Create it first.");

    private static StorageException BucketAlreadyExists(string bucket) =>
        new(StorageErrorCode.BucketAlreadyExists, $"There is a bucket '{bucket}' already.");

    private S3.PutBucketRequest NewBucket(string bucket) =>
        new() { BucketName = bucket, UseClientRegion = _clients.Compatibility == AwsCompatibility.Aws };

    private async Task CreateMarkerAsync(string bucket, CancellationToken cancellationToken)
    {
        ServerConditions server = await _conditions.FindAsync(ConditionKind.Put, _options.Bucket!, cancellationToken).ConfigureAwait(false);
        if (!server.IfAbsent && await BucketExistsAsync(new BucketExistsRequest { Bucket = bucket }, cancellationToken).ConfigureAwait(false))
        {
            throw BucketAlreadyExists(bucket);
        }

        try
        {
            await PutEmptyAsync(_options.Bucket!, _names.BucketMarker(bucket), server.IfAbsent, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed || AwsErrors.IsConflict(error))
        {
            throw With(StorageErrorCode.BucketAlreadyExists, $"There is a bucket '{bucket}' already.", error);
        }
    }

    private async Task RequireEmptyAsync(string bucket, string root, CancellationToken cancellationToken)
    {
        var list =
            new S3.ListObjectsV2Request { BucketName = Upstream(bucket), Prefix = root, MaxKeys = MaxPageSize, RequestPayer = _make.Payer };
        do
        {
            S3.ListObjectsV2Response page =
                await _requests.ReadAsync(token => Client.ListObjectsV2Async(list, token), cancellationToken).ConfigureAwait(false);
            if ((page.S3Objects ?? []).Exists(item => !item.Key.StartsWith(_names.InternalRoot, StringComparison.Ordinal)))
            {
                throw new StorageException(StorageErrorCode.BucketNotEmpty, $"The bucket '{bucket}' holds objects. Delete them first.");
            }

            list.ContinuationToken = page.IsTruncated == true ? Paging.Next(list.ContinuationToken, page.NextContinuationToken) : null;
        }
        while (list.ContinuationToken is not null);
    }

    /// <summary>
    /// S3 deletes no bucket that keeps a version or a mark of a deletion. Uploads would be aborted in vain. What this library has kept to
    /// itself goes, when nothing else is there.
    /// </summary>
    private async Task RequireNoVersionsAsync(string bucket, CancellationToken cancellationToken)
    {
        var list = new S3.ListVersionsRequest { BucketName = bucket, MaxKeys = MaxPageSize, RequestPayer = _make.Payer };
        bool keepsOwn = false;
        bool more;
        do
        {
            S3.ListVersionsResponse page;
            try
            {
                page = await _requests.ReadAsync(token => Client.ListVersionsAsync(list, token), cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (AwsErrors.IsUnknownRequest(error))
            {
                // A server without versions.
                return;
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied)
            {
                throw With(StorageErrorCode.AccessDenied, $"The credential may not list the versions in the bucket '{bucket}', so nothing was deleted. Allow it s3:ListBucketVersions.", error);
            }

            if ((page.Versions ?? []).Exists(version => !version.Key.StartsWith(_names.InternalRoot, StringComparison.Ordinal)))
            {
                throw new StorageException(StorageErrorCode.BucketNotEmpty, $"The bucket '{bucket}' holds versions of objects that were deleted or replaced. Delete the versions first.");
            }

            keepsOwn |= page.Versions is { Count: > 0 };
            string? here = Paging.Pair(list.KeyMarker, list.VersionIdMarker);
            more = page.IsTruncated == true && Paging.Next(here, Paging.Pair(page.NextKeyMarker, page.NextVersionIdMarker)) is not null;
            list.KeyMarker = page.NextKeyMarker;
            list.VersionIdMarker = page.NextVersionIdMarker;
        }
        while (more);

        if (keepsOwn)
        {
            await _probes.RemoveVersionsAsync(bucket, _names.InternalRoot, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AbortUploadsAsync(string bucket, CancellationToken cancellationToken)
    {
        var list = new S3.ListMultipartUploadsRequest { BucketName = Upstream(bucket), Prefix = _names.Root(bucket), Encoding = UploadsEncoding, RequestPayer = _make.Payer };
        bool more;
        do
        {
            S3.ListMultipartUploadsResponse page =
                await _requests.ReadAsync(token => Client.ListMultipartUploadsAsync(list, token), cancellationToken).ConfigureAwait(false);
            foreach (S3.MultipartUpload upload in page.MultipartUploads ?? [])
            {
                await AbortUpstreamAsync(bucket, NameOf(upload.Key, page.EncodingType), upload.UploadId, cancellationToken).ConfigureAwait(false);
            }

            string? next = NameOf(page.NextKeyMarker ?? "", page.EncodingType);
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
            await _requests.WriteAsync(token => Client.AbortMultipartUploadAsync(_make.Abort(Upstream(bucket), name, uploadId), token), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (IsNoUpload(error))
        {
            // Ended in the meantime.
        }
    }

    private async Task<ListBucketsResult> ListMarkersAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        string root = _names.BucketMarkers;
        var list = new S3.ListObjectsV2Request
        {
            BucketName = _options.Bucket,
            Prefix = root + request.Prefix,
            StartAfter = request.StartAfter is { } after ? root + after : null,
            MaxKeys = request.PageSize,
            RequestPayer = _make.Payer,
        };
        S3.ListObjectsV2Response page =
            await _requests.ReadAsync(token => Client.ListObjectsV2Async(list, token), cancellationToken).ConfigureAwait(false);
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
    private async Task<ListBucketsResult> ListUpstreamAsync(ListBucketsRequest request, CancellationToken cancellationToken)
    {
        var found = new List<S3.S3Bucket>();
        string? next = null;
        do
        {
            S3.ListBucketsResponse page = await ListBucketsAsync(MaxPageSize, request.Prefix, next, cancellationToken).ConfigureAwait(false);
            found.AddRange(page.Buckets ?? []);
            next = Paging.Next(next, page.ContinuationToken);
        }
        while (next is not null);

        List<BucketInfo> buckets =
        [
            .. found
                .Where(bucket => BucketNaming.IsValid(bucket.BucketName)
                    && bucket.BucketName.StartsWith(request.Prefix, StringComparison.Ordinal)
                    && string.CompareOrdinal(bucket.BucketName, request.StartAfter) > 0)
                .OrderBy(static bucket => bucket.BucketName, StringComparer.Ordinal)
                .Take(request.PageSize + 1)
                .Select(static bucket => new BucketInfo { Name = bucket.BucketName, CreatedAt = AwsProperties.ToUtc(bucket.CreationDate) }),
        ];
        bool more = buckets.Count > request.PageSize;
        return new ListBucketsResult { Buckets = more ? buckets[..request.PageSize] : buckets, IsTruncated = more };
    }

    /// <summary>
    /// Accounts with many buckets must ask for pages ("ListBuckets", Amazon S3 API Reference). Other servers do not know pages.
    /// </summary>
    private Task<S3.ListBucketsResponse> ListBucketsAsync(int maxBuckets, string prefix, string? continuationToken, CancellationToken cancellationToken)
    {
        bool isAws = _clients.Compatibility == AwsCompatibility.Aws;
        var list = new S3.ListBucketsRequest
        {
            MaxBuckets = isAws ? maxBuckets : null,
            Prefix = isAws && prefix.Length > 0 ? prefix : null,
            ContinuationToken = continuationToken,
        };
        return _requests.ReadAsync(token => Client.ListBucketsAsync(list, token), cancellationToken);
    }
}
