using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Buckets;

/// <summary>The container that all buckets share.</summary>
/// <param name="clients">The clients.</param>
/// <param name="requests">Sends requests.</param>
/// <param name="mayCreate">Whether it is created where it is missing.</param>
internal sealed class SharedContainer(AzureClients clients, AzureRequests requests, bool mayCreate)
{
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        BlobContainerClient container = clients.Shared;
        try
        {
            // Reading the container's properties requires a SAS for the account. Listing a blob is also possible with a SAS for the
            // container.
            await requests.ListAsync(
                token => container.GetBlobsAsync(new GetBlobsOptions(), token),
                marker: null,
                pageSize: 1,
                cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Status == 404)
        {
            await CreateAfterAsync(error, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Creates the container, if the options allow it.</summary>
    /// <param name="missing">The failure that shows that it is missing.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public async Task CreateAfterAsync(StorageException missing, CancellationToken cancellationToken)
    {
        if (!mayCreate)
        {
            throw Missing(missing);
        }

        try
        {
            await requests.WriteAsync(token => clients.Shared.CreateAsync(cancellationToken: token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.BucketAlreadyExists)
        {
            // Another process was faster.
        }
    }

    public StorageException Missing(StorageException cause) => UpstreamErrors.Recode(
        cause,
        cause.Code == StorageErrorCode.NoSuchKey ? StorageErrorCode.NoSuchBucket : cause.Code,
        $"The container '{clients.Shared.Name}' does not exist in the account '{clients.Shared.AccountName}'. Create it, or set " +
        $"{nameof(AzureBackendOptions.CreateContainer)}.");
}
