using BleepStore.Storage.Aws.Conditions;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Buckets;

/// <summary>Looks whether the service serves.</summary>
internal sealed class AwsChecks(
    AwsBackendOptions options,
    AwsUpstream upstream,
    AwsClients clients,
    AwsNames names,
    AwsRequests requests,
    RequestFactory make,
    ProbeObjects probes,
    BucketLooks looks,
    BucketLists lists,
    EmptyObjects empties)
{
    /// <summary>Sends one read if all is well. Otherwise the failure names the cause and its remedy.</summary>
    public async Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (upstream.IsShared)
            {
                await looks.RequireSharedAsync(cancellationToken).ConfigureAwait(false);
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
                clients.Client.Config is { } config
                    ? config.ServiceURL ?? $"the region {config.RegionEndpoint?.SystemName}"
                    : "its endpoint";
            throw UpstreamErrors.Recode(
                error,
                StorageErrorCode.ServiceUnavailable,
                $"S3 could not be reached at {endpoint}: {error.InnerException?.Message} Correct {nameof(AwsBackendOptions.ServiceUrl)} " +
                $"or {nameof(AwsBackendOptions.Region)}, or check the network.");
        }
    }

    private async Task RequireListOfBucketsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await lists.PageAsync(maxBuckets: 1, prefix: "", continuationToken: null, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied)
        {
            throw UpstreamErrors.Recode(
                error,
                StorageErrorCode.AccessDenied,
                "The credential may not list the buckets of its account. Allow it s3:ListAllMyBuckets, or use another credential.");
        }
    }

    private async Task ProbeWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (upstream.IsShared ? ProbeObjectAsync(cancellationToken) : ProbeBucketAsync(cancellationToken)).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied)
        {
            throw UpstreamErrors.Recode(
                error,
                StorageErrorCode.AccessDenied,
                upstream.IsShared
                    ? $"The credential may read the upstream bucket '{upstream.Shared}', but not write to it and delete. Allow it " +
                        $"s3:PutObject and s3:DeleteObject below '{options.Prefix}'."
                    : "The credential may list buckets, but not create and delete them. Allow it s3:CreateBucket and s3:DeleteBucket.");
        }
    }

    private async Task ProbeObjectAsync(CancellationToken cancellationToken)
    {
        string probe = names.Probe(Guid.NewGuid());
        bool isVersioned = await empties.PutAsync(upstream.Shared, probe, ifAbsent: false, cancellationToken).ConfigureAwait(false);
        await probes.RemoveAsync(upstream.Shared, probe, isVersioned, cancellationToken).ConfigureAwait(false);
    }

    private async Task ProbeBucketAsync(CancellationToken cancellationToken)
    {
        string probe = $"bleepstore-probe-{Guid.NewGuid():N}";
        await requests.WriteAsync(token => clients.Client.PutBucketAsync(make.Bucket(probe), token), cancellationToken)
            .ConfigureAwait(false);
        await requests.WriteAsync(
            token => clients.Client.DeleteBucketAsync(new S3.DeleteBucketRequest { BucketName = probe }, token),
            cancellationToken).ConfigureAwait(false);
    }
}
