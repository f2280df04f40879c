using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Buckets;

/// <summary>Looks whether a bucket is there.</summary>
internal sealed class BucketLooks(AwsUpstream upstream, AwsClients clients, AwsNames names, AwsRequests requests, RequestFactory make)
{
    /// <summary>Whether the shared upstream bucket was seen. An answer with only the status 404 is then about the key.</summary>
    private volatile bool _sharedSeen;

    public async Task<bool> ExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (upstream.IsShared)
            {
                await requests.ReadAsync(
                    token => clients.Client.GetObjectMetadataAsync(make.Head(upstream.Shared, names.BucketMarker(request.Bucket)), token),
                    cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await HeadUpstreamAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (StorageException error) when (error.Status == 404)
        {
            if (upstream.IsShared && !_sharedSeen)
            {
                await RequireSharedAsync(cancellationToken).ConfigureAwait(false);
            }

            return false;
        }
    }

    /// <summary>
    /// The answer to a HEAD has no body, so its 404 can also be about the bucket. For the shared bucket this is checked once.
    /// </summary>
    public async Task RequireBehindAsync(string bucket, CancellationToken cancellationToken)
    {
        if (!upstream.IsShared && !await ExistsAsync(new BucketExistsRequest { Bucket = bucket }, cancellationToken).ConfigureAwait(false))
        {
            throw NoSuchBucket(bucket);
        }

        if (upstream.IsShared && !_sharedSeen)
        {
            await RequireSharedAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task RequireSharedAsync(CancellationToken cancellationToken)
    {
        string bucket = upstream.Shared;
        try
        {
            try
            {
                await HeadUpstreamAsync(bucket, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Status is 400 or 401 or 403)
            {
                // The answer to a HEAD has no body with a reason.
                await ListOneAsync(bucket, cancellationToken).ConfigureAwait(false);
            }

            _sharedSeen = true;
        }
        catch (StorageException error) when (error.Status == 404)
        {
            throw UpstreamErrors.Recode(
                error,
                StorageErrorCode.NoSuchBucket,
                $"The upstream bucket '{bucket}' does not exist. Create it, or correct {nameof(AwsBackendOptions.Bucket)}.");
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied)
        {
            throw UpstreamErrors.Recode(
                error,
                StorageErrorCode.AccessDenied,
                $"The credential may not read the upstream bucket '{bucket}'. Allow it s3:ListBucket, correct " +
                $"{nameof(AwsBackendOptions.Bucket)}, or use another credential.");
        }
    }

    public async Task HeadUpstreamAsync(string bucket, CancellationToken cancellationToken)
    {
        var head = new S3.HeadBucketRequest { BucketName = bucket };
        if (!Proof.IsIn(
            await requests.ReadAsync(token => clients.Client.HeadBucketAsync(head, token), cancellationToken).ConfigureAwait(false)))
        {
            await ListOneAsync(bucket, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A listing needs the same permission as a HEAD of the bucket. Its answer has a document, which says why it fails, and proves that S3
    /// answers.
    /// </summary>
    private Task<S3.ListObjectsV2Response> ListOneAsync(string bucket, CancellationToken cancellationToken)
    {
        var list =
            new S3.ListObjectsV2Request { BucketName = bucket, Prefix = names.InternalRoot, MaxKeys = 1, RequestPayer = make.Payer };
        return requests.ReadAsync(token => clients.Client.ListObjectsV2Async(list, token), cancellationToken);
    }

    public static StorageException NoSuchBucket(string bucket) =>
        new(StorageErrorCode.NoSuchBucket, $"The bucket '{bucket}' does not exist. Create it first.");
}
