using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure.Buckets;

/// <summary>Looks whether the account serves.</summary>
internal sealed class AzureChecks(
    AzureUpstream upstream, AzureClients clients, AzureNames names, AzureRequests requests, SharedContainer shared)
{
    public async Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        await RequireFlatNamesAsync(cancellationToken).ConfigureAwait(false);
        if (upstream.IsShared)
        {
            await shared.RequireAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await requests.ListAsync(
                token => clients.Service.GetBlobContainersAsync(cancellationToken: token),
                marker: null,
                pageSize: 1,
                cancellationToken).ConfigureAwait(false);
        }

        if (request.ProbeWrite)
        {
            await ProbeWriteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A hierarchical namespace turns slashes into folders. It rewrites names, and the deletion of a folder is not the deletion of a key.
    /// </summary>
    private async Task RequireFlatNamesAsync(CancellationToken cancellationToken)
    {
        AccountInfo account;
        try
        {
            account = await requests.ReadAsync(token => clients.Service.GetAccountInfoAsync(token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code is StorageErrorCode.AccessDenied)
        {
            // A credential for one container may not read the account's data, so the kind of account is unknown.
            return;
        }

        if (account.IsHierarchicalNamespaceEnabled)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                $"The account '{clients.Service.AccountName}' has a hierarchical namespace (Data Lake Storage), where keys are paths " +
                "and not free text. Use an account without one.");
        }
    }

    private async Task ProbeWriteAsync(CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        if (upstream.IsShared)
        {
            BlockBlobClient probe = clients.Shared.GetBlockBlobClient(names.Probe(id));
            await requests.WriteAsync(token => probe.UploadAsync(Stream.Null, new BlobUploadOptions(), token), cancellationToken)
                .ConfigureAwait(false);
            await requests.WriteAsync(token => probe.DeleteAsync(cancellationToken: token), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            BlobContainerClient probe = clients.Service.GetBlobContainerClient(
                string.Create(CultureInfo.InvariantCulture, $"bleepstore-probe-{id:N}"));
            await requests.WriteAsync(token => probe.CreateAsync(cancellationToken: token), cancellationToken).ConfigureAwait(false);
            await requests.WriteAsync(token => probe.DeleteAsync(cancellationToken: token), cancellationToken).ConfigureAwait(false);
        }
    }
}
