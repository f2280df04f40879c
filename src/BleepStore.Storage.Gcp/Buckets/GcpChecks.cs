using System.Globalization;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Gcp.Wire;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Buckets;

/// <summary>Looks whether the service serves.</summary>
internal sealed class GcpChecks(
    GcpBackendOptions options,
    GcpUpstream upstream,
    GcpClients clients,
    GcpNames names,
    GcpRequests requests,
    ObjectInserts inserts,
    TemporaryObjects temporary,
    UpstreamBuckets buckets)
{
    /// <summary>Lists one object or one bucket, for which no right over buckets is needed.</summary>
    public async Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        if (upstream.IsShared)
        {
            ObjectsResource.ListRequest list = clients.Service.Objects.List(upstream.Shared);
            list.Prefix = names.InternalRoot;
            list.MaxResults = 1;
            try
            {
                await requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
            {
                throw upstream.MissingShared(error);
            }
        }
        else
        {
            BucketsResource.ListRequest list = clients.Service.Buckets.List(options.ProjectId);
            list.MaxResults = 1;
            await requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
        }

        if (request.ProbeWrite)
        {
            await ProbeWriteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ProbeWriteAsync(CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        if (upstream.IsShared)
        {
            string name = names.Probe(id);
            long generation = await inserts.CreateEmptyAsync(
                upstream.Shared, name, new GcsObject(), cancellationToken).ConfigureAwait(false);
            if (!await temporary.DeleteAsync(upstream.Shared, name, generation, cancellationToken).ConfigureAwait(false))
            {
                throw new StorageException(
                    StorageErrorCode.AccessDenied,
                    $"The probe '{name}' was deleted, but its version {generation} was not, and a versioned bucket keeps it. "
                    + "Allow storage.objects.delete also for requests that name a generation.");
            }
        }
        else
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"bleepstore-probe-{id:N}");
            await requests.WriteAsync(
                clients.Service.Buckets.Insert(buckets.New(name), options.ProjectId), Repeats.Harmless, cancellationToken)
                    .ConfigureAwait(false);
            await buckets.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }
}
