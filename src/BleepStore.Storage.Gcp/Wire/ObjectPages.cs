using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>Pages of the objects of an upstream bucket.</summary>
internal sealed class ObjectPages(GcpUpstream upstream, GcpNames names, GcpRequests requests)
{
    public async Task<GcsObjects> ReadAsync(string bucket, ObjectsResource.ListRequest list, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw upstream.Missing(bucket, error);
        }
    }

    public bool IsInternal(GcsObject item) => item.Name.StartsWith(names.InternalRoot, StringComparison.Ordinal);
}
