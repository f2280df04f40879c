using BleepStore.Storage.Backends;
using BleepStore.Storage.Gcp.Wire;

namespace BleepStore.Storage.Gcp.Buckets;

/// <summary>Looks whether a bucket is there.</summary>
internal sealed class BucketLooks(GcpUpstream upstream, GcpClients clients, GcpNames names, GcpRequests requests)
{
    public async Task<bool> ExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
        await FindAsync(request.Bucket, upstream.Container(request.Bucket), cancellationToken).ConfigureAwait(false) is not null;

    /// <returns>
    /// The generation of the bucket's marker, or any number where the bucket is an upstream one. <see langword="null"/> when there is none.
    /// </returns>
    public async Task<long?> FindAsync(string bucket, string container, CancellationToken cancellationToken)
    {
        try
        {
            if (upstream.IsShared)
            {
                return (await requests.ReadAsync(
                    clients.Service.Objects.Get(container, names.BucketMarker(bucket)), cancellationToken)
                        .ConfigureAwait(false)).Generation;
            }

            await requests.ReadAsync(clients.Service.Buckets.Get(container), cancellationToken).ConfigureAwait(false);
            return 0;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }

    /// <summary>
    /// Explains a 404, which the service returns both for an object and for its bucket. So a second request checks the bucket, where a
    /// missing bucket must be reported. A credential that may use objects need not have the permission to read their bucket
    /// (storage.buckets.get).
    /// </summary>
    public async Task<StorageException> NotFoundAsync(string bucket, StorageException error, CancellationToken cancellationToken)
    {
        try
        {
            bool isMissing = !upstream.IsShared
                && !await ExistsAsync(new BucketExistsRequest { Bucket = bucket }, cancellationToken).ConfigureAwait(false);
            return isMissing ? GcpUpstream.NoSuchBucket(bucket, error) : error;
        }
        catch (StorageException)
        {
            // Whether the bucket exists stays unknown, so the 404 is passed on as it came.
            return error;
        }
    }
}
