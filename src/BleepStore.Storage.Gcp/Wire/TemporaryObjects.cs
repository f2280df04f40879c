using BleepStore.Storage.Backends.Toolkit;
using Google.Apis.Storage.v1;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>Deletes temporary objects.</summary>
internal sealed class TemporaryObjects(GcpClients clients, GcpRequests requests)
{
    private const int MaxConcurrency = 8;

    /// <summary>
    /// Deletes all objects under an internal prefix, on all pages and in all versions, because a versioned bucket would keep and bill the
    /// bytes.
    /// </summary>
    public async Task DeleteAllAsync(string container, string prefix, CancellationToken cancellationToken)
    {
        ObjectsResource.ListRequest list = clients.Service.Objects.List(container);
        list.Prefix = prefix;
        list.Versions = true;
        do
        {
            if (await TryReadPageAsync(list, cancellationToken).ConfigureAwait(false) is not { } page)
            {
                return;
            }

            var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(page.Items ?? [], parallel, async (item, token) =>
                await DeleteAsync(container, item.Name, item.Generation!.Value, token).ConfigureAwait(false)).ConfigureAwait(false);
            list.PageToken = Paging.Next(list.PageToken, page.NextPageToken);
        }
        while (list.PageToken is not null);
    }

    /// <returns>The page. <see langword="null"/> when the upstream bucket no longer exists.</returns>
    private async Task<GcsObjects?> TryReadPageAsync(ObjectsResource.ListRequest list, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }

    /// <summary>
    /// Deletes one version of an internal object for good. No other object ever has its name, so it can be repeated. Where the credential
    /// may not delete versions, the object is deleted normally, and a versioned bucket keeps it as a noncurrent version.
    /// </summary>
    /// <returns>Whether no version is left.</returns>
    public async Task<bool> DeleteAsync(string container, string name, long generation, CancellationToken cancellationToken)
    {
        try
        {
            await DeleteAsync(container, name, generation, ifGenerationMatch: null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied)
        {
            await DeleteAsync(container, name, generation: null, ifGenerationMatch: generation, cancellationToken).ConfigureAwait(false);
            return false;
        }
    }

    private async Task DeleteAsync(
        string container, string name, long? generation, long? ifGenerationMatch, CancellationToken cancellationToken)
    {
        ObjectsResource.DeleteRequest delete = clients.Service.Objects.Delete(container, name);
        delete.Generation = generation;
        delete.IfGenerationMatch = ifGenerationMatch;
        try
        {
            await requests.WriteAsync(delete, Repeats.Harmless, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey || (
            ifGenerationMatch is not null && error.Code == StorageErrorCode.PreconditionFailed))
        {
            // Another process was faster.
        }
    }
}
