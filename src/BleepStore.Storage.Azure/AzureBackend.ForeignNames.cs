using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

internal sealed partial class AzureBackend
{
    /// <summary>
    /// The names below the bucket's root that <see cref="ListAsync"/> leaves out. Of a container that is a bucket, also those outside the
    /// prefix, since its deletion would delete them.
    /// </summary>
    public override async Task<ListForeignNamesResult> ListForeignNamesAsync(ListForeignNamesRequest request, CancellationToken cancellationToken)
    {
        BlobContainerClient container = Container(request.Bucket);
        string root = _names.Root(request.Bucket);
        var options = new GetBlobsOptions { Prefix = _shared ? root : "" };
        Page<BlobItem> page = await _requests.ListAsync(
            token => container.GetBlobsAsync(options, token), request.ContinuationToken, request.PageSize, cancellationToken).ConfigureAwait(false);
        return new ListForeignNamesResult
        {
            Names =
            [
                .. page.Values
                    .Where(blob => !blob.Name.StartsWith(_names.InternalRoot, StringComparison.Ordinal) && !_names.TryReadKey(request.Bucket, blob.Name, out _))
                    .Select(blob => new ForeignName
                    {
                        DisplayName = blob.Name.StartsWith(root, StringComparison.Ordinal) ? blob.Name[root.Length..] : blob.Name,
                        Size = blob.Properties.ContentLength,
                        LastModified = blob.Properties.LastModified,
                    }),
            ],
            ContinuationToken = NullIfEmpty(page.ContinuationToken),
        };
    }
}
