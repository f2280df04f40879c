using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

internal sealed partial class AzureBackend
{
    private const string Slash = "/";

    /// <summary>
    /// One request a page, metadata included. The service rolls up at slashes; other delimiters, and a start-after, cost a look at every key, because
    /// escaped names must not be cut inside an escape and because this SDK cannot start a listing at a name.
    /// </summary>
    public override async Task<ListResult> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        BlobContainerClient container = Container(request.Bucket);
        string prefix = _names.ObjectPrefix(request.Bucket, request.Prefix);
        var page = new ServiceListPageBuilder(request);
        do
        {
            string? marker = page.Marker;
            page.Marker = await AzureRequests.ReadAsync(
                () => request.Delimiter == Slash
                    ? AddTreePageAsync(page, container.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Traits = BlobTraits.Metadata, Delimiter = Slash, Prefix = prefix }, cancellationToken), marker, request)
                    : AddFlatPageAsync(page, container.GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = prefix }, cancellationToken), marker, request),
                cancellationToken).ConfigureAwait(false);
        }
        while (page.IsEmpty && page.Marker is not null);
        return page.Build();
    }

    private async Task<string?> AddFlatPageAsync(ServiceListPageBuilder page, AsyncPageable<BlobItem> blobs, string? marker, ListRequest request)
    {
        Page<BlobItem> found = await FirstPageAsync(blobs, marker, request.PageSize).ConfigureAwait(false);
        foreach (BlobItem blob in found.Values)
        {
            Add(page, request.Bucket, blob);
        }

        return NullIfEmpty(found.ContinuationToken);
    }

    private async Task<string?> AddTreePageAsync(ServiceListPageBuilder page, AsyncPageable<BlobHierarchyItem> items, string? marker, ListRequest request)
    {
        Page<BlobHierarchyItem> found = await FirstPageAsync(items, marker, request.PageSize).ConfigureAwait(false);
        foreach (BlobHierarchyItem item in found.Values.OrderBy(static item => item.IsPrefix ? item.Prefix : item.Blob.Name, StringComparer.Ordinal))
        {
            if (!item.IsPrefix)
            {
                Add(page, request.Bucket, item.Blob);
            }
            else if (_names.TryReadPrefix(request.Bucket, item.Prefix, out string? keys))
            {
                page.OfferPrefix(keys);
            }
        }

        return NullIfEmpty(found.ContinuationToken);
    }

    private void Add(ServiceListPageBuilder page, string bucket, BlobItem blob)
    {
        if (_names.TryReadKey(bucket, blob.Name, out string? key) && page.Offer(key) == ListStep.Entry)
        {
            page.Add(AzureProperties.Read(key, blob));
        }
    }

    private static string? NullIfEmpty(string? token) => string.IsNullOrEmpty(token) ? null : token;
}
