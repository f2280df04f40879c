using BleepStore.Storage.Backends.Toolkit;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>Keeps the ETags of encrypted objects beside them, because the service does not show their hashes.</summary>
/// <param name="clients">The client.</param>
/// <param name="requests">Sends requests.</param>
/// <param name="areHidden">Whether the options name a customer-managed key.</param>
internal sealed class KeptETags(GcpClients clients, GcpRequests requests, bool areHidden)
{
    private volatile bool _areHidden = areHidden;

    /// <summary>
    /// Whether objects are known to be encrypted under a customer-managed key, from the options or from the upstream bucket.
    /// </summary>
    public bool AreHidden => _areHidden;

    /// <summary>
    /// Stores the ETag of an object that turns out to be encrypted under the upstream bucket's own key, because listings omit its hash.
    /// Later writes include it, so this costs an extra request only once.
    /// </summary>
    public async ValueTask<GcsObject> KeepAsync(string container, GcsObject made, CancellationToken cancellationToken)
    {
        if (made.KmsKeyName is null)
        {
            return made;
        }

        _areHidden = true;
        if (GcpProperties.ShowsETag(made) || made.Md5Hash is not { } md5)
        {
            return made;
        }

        string etag = ETags.FromMd5(Convert.FromBase64String(md5));
        var change = new GcsObject { Metadata = GcpProperties.ETagEntry(etag, GcpProperties.SizeOf(made)) };
        ObjectsResource.PatchRequest patch = clients.Service.Objects.Patch(change, container, made.Name);
        patch.IfGenerationMatch = made.Generation;
        try
        {
            return await requests.WriteAsync(patch, Repeats.Harmless, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // The requested write has succeeded. The listing of the object shows the generation instead of the ETag.
            return made;
        }
    }
}
