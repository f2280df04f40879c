using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp;

/// <summary>Deletes what was kept for a while only.</summary>
internal sealed class TemporaryObjects(GcpClients clients, GcpRequests requests)
{
    private const int MaxConcurrency = 8;

    /// <summary>Deletes everything under an internal prefix, on all pages.</summary>
    public async Task DeleteAllAsync(string container, string prefix, CancellationToken cancellationToken)
    {
        ObjectsResource.ListRequest list = clients.Service.Objects.List(container);
        list.Prefix = prefix;
        do
        {
            GcsObjects page = await requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(page.Items ?? [], parallel, async (item, token) => await DeleteAsync(container, item.Name, token).ConfigureAwait(false)).ConfigureAwait(false);
            list.PageToken = Paging.Next(list.PageToken, page.NextPageToken);
        }
        while (list.PageToken is not null);
    }

    /// <summary>Deletes an internal object, whose name no other object ever has. So that it can be repeated.</summary>
    public async Task DeleteAsync(string container, string name, CancellationToken cancellationToken)
    {
        try
        {
            await requests.WriteAsync(clients.Service.Objects.Delete(container, name), Repeats.Harmless, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // Somebody else was faster.
        }
    }
}
