using BleepStore.Storage.Gcp.Wire;
using GcsBucket = Google.Apis.Storage.v1.Data.Bucket;

namespace BleepStore.Storage.Gcp.Buckets;

/// <summary>Buckets that are upstream ones.</summary>
internal sealed class UpstreamBuckets(GcpBackendOptions options, GcpClients clients, GcpRequests requests)
{
    public GcsBucket New(string name) => new() { Name = name, StorageClass = options.StorageClass, Location = options.Location };

    /// <summary>Deletes an upstream bucket, which must be empty. After a retry it may no longer exist.</summary>
    public async Task DeleteAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await requests.WriteAsync(clients.Service.Buckets.Delete(container), Repeats.Harmless, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // It no longer exists.
        }
    }
}
