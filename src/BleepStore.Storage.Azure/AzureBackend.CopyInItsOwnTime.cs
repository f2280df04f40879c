using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

internal sealed partial class AzureBackend
{
    /// <summary>
    /// See <see cref="AsyncCopy"/>. No write token: it would be there before the bytes are, and pass for a copy that succeeded. Copy Blob
    /// takes the source's properties along; others are set afterwards, in a step of their own.
    /// </summary>
    private async Task<ObjectProperties> CopyInItsOwnTimeAsync(CopyRequest request, CopySource source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        ObjectAttributes attributes = AttributesOf(request);
        var options = new BlobCopyFromUriOptions
        {
            Metadata = ExplicitMetadata(request with { WriteToken = null }, attributes),
            AccessTier = AzureProperties.Tier(attributes),
            SourceConditions = new BlobRequestConditions { IfMatch = AzureProperties.Quoted(request.SourceProperties.Revision) },
            DestinationConditions = ToConditions(request.Condition),
        };
        BlobProperties made = await new AsyncCopy(_requests, _time).RunAsync(request.Condition, destination, source.Uri, options, cancellationToken).ConfigureAwait(false);
        if (request.Attributes is null)
        {
            return AzureProperties.Read(request.Key, made).Properties;
        }

        BlobHttpHeaders headers = AzureProperties.Headers(attributes, made.ContentHash);
        var unchanged = new BlobRequestConditions { IfMatch = made.ETag };
        await _requests.WriteAsync(token => destination.SetHttpHeadersAsync(headers, unchanged, token), cancellationToken).ConfigureAwait(false);
        return (await HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken).ConfigureAwait(false)).Properties;
    }
}
