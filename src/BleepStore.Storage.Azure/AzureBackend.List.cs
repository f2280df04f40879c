using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure;

internal sealed partial class AzureBackend
{
    private const string Slash = "/";

    /// <summary>
    /// One request a page, metadata included. The service rolls up at slashes. Other delimiters cost a look at every key, because escaped
    /// names must not be cut inside an escape. A listing after a key starts at the first name that such a key can have
    /// (<see cref="AzureNames.StartOf"/>). What is listed besides is filtered here, so that a server that does not know where to start
    /// changes the costs and not the page.
    /// </summary>
    public override async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        BlobContainerClient container = Container(request.Bucket);
        string prefix = _names.ObjectPrefix(request.Bucket, request.Prefix);
        bool isBeyond = request.StartAfter is { } after && IsBeyond(after, request.Prefix);
        string? start = request.StartAfter is null || isBeyond ? null : _names.StartOf(request.Bucket, request.Prefix, request.StartAfter, request.Delimiter == Slash);
        var page = new ServiceListPageBuilder(request);
        do
        {
            string? marker = page.Marker;
            string? next = request.Delimiter == Slash
                ? await AddTreePageAsync(page, container, prefix, start, marker, request, cancellationToken).ConfigureAwait(false)
                : await AddFlatPageAsync(page, container, prefix, start, marker, request, cancellationToken).ConfigureAwait(false);
            page.Marker = Paging.Next(marker, next);
            if (isBeyond)
            {
                // No key with the prefix comes after this one. The request has shown that there is a bucket.
                page.Marker = null;
            }
        }
        while (page.IsEmpty && page.Marker is not null);
        return page.Build();
    }

    /// <summary>Whether a key comes after all keys with a prefix.</summary>
    private static bool IsBeyond(string key, string prefix) => !key.StartsWith(prefix, StringComparison.Ordinal) && KeyOrder.Instance.Compare(key, prefix) > 0;

    private async Task<string?> AddFlatPageAsync(
        ServiceListPageBuilder page, BlobContainerClient container, string prefix, string? start, string? marker, ListRequest request, CancellationToken cancellationToken)
    {
        Page<BlobItem> found = await _requests.ListFromAsync(
            (from, token) => container.GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = prefix, StartFrom = from }, token),
            start,
            marker,
            request.PageSize,
            cancellationToken).ConfigureAwait(false);
        foreach (BlobItem blob in found.Values)
        {
            Add(page, request.Bucket, blob);
        }

        return NullIfEmpty(found.ContinuationToken);
    }

    private async Task<string?> AddTreePageAsync(
        ServiceListPageBuilder page, BlobContainerClient container, string prefix, string? start, string? marker, ListRequest request, CancellationToken cancellationToken)
    {
        Page<BlobHierarchyItem> found = await _requests.ListFromAsync(
            (from, token) => container.GetBlobsByHierarchyAsync(
                new GetBlobsByHierarchyOptions { Traits = BlobTraits.Metadata, Delimiter = Slash, Prefix = prefix, StartFrom = from }, token),
            start,
            marker,
            request.PageSize,
            cancellationToken).ConfigureAwait(false);
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
