using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Buckets;
using BleepStore.Storage.Gcp.Wire;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Objects;

/// <summary>Puts and deletes.</summary>
internal sealed class GcpWrites(
    GcpBackendOptions options,
    GcpUpstream upstream,
    GcpClients clients,
    GcpNames names,
    GcpRequests requests,
    ObjectInserts inserts,
    UnconditionalWrites unconditional,
    KeptETags etags,
    BucketLooks looks)
{
    public async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        string container = upstream.Container(request.Bucket);
        string name = names.ObjectName(request.Bucket, request.Key);
        string token = request.WriteToken ?? UnconditionalWrites.CreateToken();
        string? etag = etags.AreHidden ? request.Body.ETag : null;
        GcsObject resource = GcpProperties.Resource(request.Attributes, options.StorageClass, etag, request.Body.Length ?? 0, token);
        try
        {
            GcsObject made = await unconditional.SendAsync(
                container,
                name,
                token,
                GcpConditions.Generation(request.Condition),
                (generation, repeats, tries) =>
                    inserts.PutAsync(container, name, resource, request.Body, generation, repeats, tries, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            made = await etags.KeepAsync(container, made, cancellationToken).ConfigureAwait(false);
            return GcpProperties.Read(request.Key, made).Properties;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // Only the bucket can be missing.
            throw upstream.Missing(request.Bucket, error);
        }
    }

    public async Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        string container = upstream.Container(request.Bucket);
        string name = names.ObjectName(request.Bucket, request.Key);
        if (request.Condition.IfAbsent)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported, "A delete cannot require that no object exists. Leave out the condition.");
        }

        try
        {
            if (GcpConditions.Generation(request.Condition) is { } generation)
            {
                await DeleteGenerationAsync(container, name, generation, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await unconditional.DeleteAsync(container, name, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            StorageException missing = await looks.NotFoundAsync(request.Bucket, error, cancellationToken).ConfigureAwait(false);
            if (missing.Code == StorageErrorCode.NoSuchBucket)
            {
                throw missing;
            }

            if (request.Condition.IfRevision is { } revision)
            {
                throw UpstreamErrors.Recode(
                    error,
                    StorageErrorCode.PreconditionFailed,
                    $"The object does not exist, but the condition requires the revision {revision}.");
            }
        }
    }

    /// <summary>
    /// Deletes the live object if it is of a generation. Others that come after it are safe, however often the request is sent.
    /// </summary>
    private Task<string> DeleteGenerationAsync(string container, string name, long generation, CancellationToken cancellationToken)
    {
        ObjectsResource.DeleteRequest delete = clients.Service.Objects.Delete(container, name);
        delete.IfGenerationMatch = generation;
        return requests.WriteAsync(delete, Repeats.Harmless, cancellationToken);
    }
}
