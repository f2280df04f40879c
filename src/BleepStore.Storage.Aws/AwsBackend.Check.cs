using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

internal sealed partial class AwsBackend
{
    /// <summary>One request that reads, when all is well; what is wrong is said so that it can be set right.</summary>
    public override async Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (_shared)
            {
                await RequireSharedAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await RequireListOfBucketsAsync(cancellationToken).ConfigureAwait(false);
            }

            if (request.ProbeWrite)
            {
                await ProbeWriteAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StorageException error) when (error is { Code: StorageErrorCode.ServiceUnavailable, Status: null })
        {
            string endpoint =
                Client.Config is { } config ? config.ServiceURL ?? $"the region {config.RegionEndpoint?.SystemName}" : "its endpoint";
            throw With(
                StorageErrorCode.ServiceUnavailable,
                $"S3 could not be reached at {endpoint}: {error.InnerException?.Message} Correct {nameof(AwsBackendOptions.ServiceUrl)} or {nameof(AwsBackendOptions.Region)}, or look at the network.",
                error);
        }
    }

    private async Task RequireSharedAsync(CancellationToken cancellationToken)
    {
        string bucket = _options.Bucket!;
        try
        {
            try
            {
                await HeadUpstreamAsync(bucket, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Status is 400 or 401 or 403)
            {
                // The answer to a HEAD has no body that could say why.
                await ListOneAsync(bucket, cancellationToken).ConfigureAwait(false);
            }

            _sharedSeen = true;
        }
        catch (StorageException error) when (error.Status == 404)
        {
            throw With(StorageErrorCode.NoSuchBucket, $"The upstream bucket '{bucket}' does not exist. Create it, or correct {nameof(AwsBackendOptions.Bucket)}.", error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied)
        {
            throw With(
                StorageErrorCode.AccessDenied,
                $"The credential may not look at the upstream bucket '{bucket}'. Allow it s3:ListBucket, correct {nameof(AwsBackendOptions.Bucket)}, or use another credential.",
                error);
        }
    }

    private async Task RequireListOfBucketsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ListBucketsAsync(maxBuckets: 1, prefix: "", continuationToken: null, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied)
        {
            throw With(StorageErrorCode.AccessDenied, "The credential may not list the buckets of its account. Allow it s3:ListAllMyBuckets, or use another credential.", error);
        }
    }

    private async Task HeadUpstreamAsync(string bucket, CancellationToken cancellationToken)
    {
        var head = new S3.HeadBucketRequest { BucketName = bucket };
        if (!Proof.IsIn(await _requests.ReadAsync(token => Client.HeadBucketAsync(head, token), cancellationToken).ConfigureAwait(false)))
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
            new S3.ListObjectsV2Request { BucketName = bucket, Prefix = _names.InternalRoot, MaxKeys = 1, RequestPayer = _make.Payer };
        return _requests.ReadAsync(token => Client.ListObjectsV2Async(list, token), cancellationToken);
    }

    private async Task ProbeWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (_shared ? ProbeObjectAsync(cancellationToken) : ProbeBucketAsync(cancellationToken)).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied)
        {
            throw With(
                StorageErrorCode.AccessDenied,
                _shared
                    ? $"The credential may look at the upstream bucket '{_options.Bucket}', but not write to it and delete. Allow it s3:PutObject and s3:DeleteObject below '{_options.Prefix}'."
                    : "The credential may list buckets, but not create and delete them. Allow it s3:CreateBucket and s3:DeleteBucket.",
                error);
        }
    }

    private async Task ProbeObjectAsync(CancellationToken cancellationToken)
    {
        string probe = _names.Probe(Guid.NewGuid());
        bool isVersioned = await PutEmptyAsync(_options.Bucket!, probe, ifAbsent: false, cancellationToken).ConfigureAwait(false);
        await _probes.RemoveAsync(_options.Bucket!, probe, isVersioned, cancellationToken).ConfigureAwait(false);
    }

    private async Task ProbeBucketAsync(CancellationToken cancellationToken)
    {
        string probe = $"bleepstore-probe-{Guid.NewGuid():N}";
        await _requests.WriteAsync(token => Client.PutBucketAsync(NewBucket(probe), token), cancellationToken).ConfigureAwait(false);
        await _requests.WriteAsync(token => Client.DeleteBucketAsync(new S3.DeleteBucketRequest { BucketName = probe }, token), cancellationToken).ConfigureAwait(false);
    }
}
