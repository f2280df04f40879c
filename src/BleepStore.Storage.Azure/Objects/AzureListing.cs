using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Objects;

/// <summary>Lists objects, and the names that no key spells.</summary>
internal sealed class AzureListing(AzureUpstream upstream, AzureNames names, AzureRequests requests)
{
    private const string Slash = "/";

    /// <summary>
    /// Sends one request per page, with metadata. The service rolls up at slashes. Other delimiters require reading every key, because
    /// escaped names must not be cut inside an escape. A listing after a key starts at the first name that such a key can have
    /// (<see cref="AzureNames.StartOf"/>). Further entries are filtered here. So a server that ignores the start changes only the cost, not
    /// the page.
    /// </summary>
    public async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        BlobContainerClient container = upstream.Container(request.Bucket);
        string prefix = names.ObjectPrefix(request.Bucket, request.Prefix);
        bool isBeyond = request.StartAfter is { } after && IsBeyond(after, request.Prefix);
        string? start = request.StartAfter is null || isBeyond
            ? null
            : names.StartOf(request.Bucket, request.Prefix, request.StartAfter, request.Delimiter == Slash);
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
                // No key with the prefix follows this one. The request has shown that the bucket exists.
                page.Marker = null;
            }
        }
        while (page.IsEmpty && page.Marker is not null);
        return page.Build();
    }

    /// <summary>
    /// The names below the bucket's root that <see cref="ListAsync"/> leaves out. Of a container that is a bucket, also those outside the
    /// prefix, since its deletion would delete them.
    /// </summary>
    public async Task<ListForeignNamesResult> ListForeignNamesAsync(ListForeignNamesRequest request, CancellationToken cancellationToken)
    {
        BlobContainerClient container = upstream.Container(request.Bucket);
        string root = names.Root(request.Bucket);
        var options = new GetBlobsOptions { Prefix = upstream.IsShared ? root : "" };
        Page<BlobItem> page = await requests.ListAsync(
            token => container.GetBlobsAsync(options, token), request.ContinuationToken, request.PageSize, cancellationToken)
                .ConfigureAwait(false);
        return new ListForeignNamesResult
        {
            Names =
            [
                .. page.Values
                    .Where(blob => !blob.Name.StartsWith(names.InternalRoot, StringComparison.Ordinal)
                        && !names.TryReadKey(request.Bucket, blob.Name, out _))
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

    /// <summary>Whether a key comes after all keys with a prefix.</summary>
    private static bool IsBeyond(string key, string prefix) =>
        !key.StartsWith(prefix, StringComparison.Ordinal) && KeyOrder.Instance.Compare(key, prefix) > 0;

    private async Task<string?> AddFlatPageAsync(
        ServiceListPageBuilder page,
        BlobContainerClient container,
        string prefix,
        string? start,
        string? marker,
        ListRequest request,
        CancellationToken cancellationToken)
    {
        Page<BlobItem> found = await requests.ListFromAsync(
            (from, token) =>
                container.GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = prefix, StartFrom = from }, token),
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
        ServiceListPageBuilder page,
        BlobContainerClient container,
        string prefix,
        string? start,
        string? marker,
        ListRequest request,
        CancellationToken cancellationToken)
    {
        Page<BlobHierarchyItem> found = await requests.ListFromAsync(
            (from, token) => container.GetBlobsByHierarchyAsync(
                new GetBlobsByHierarchyOptions { Traits = BlobTraits.Metadata, Delimiter = Slash, Prefix = prefix, StartFrom = from },
                token),
            start,
            marker,
            request.PageSize,
            cancellationToken).ConfigureAwait(false);
        foreach (BlobHierarchyItem item in found.Values.OrderBy(
            static item => item.IsPrefix ? item.Prefix : item.Blob.Name, StringComparer.Ordinal))
        {
            if (!item.IsPrefix)
            {
                Add(page, request.Bucket, item.Blob);
            }
            else if (names.TryReadPrefix(request.Bucket, item.Prefix, out string? keys))
            {
                page.OfferPrefix(keys);
            }
        }

        return NullIfEmpty(found.ContinuationToken);
    }

    private void Add(ServiceListPageBuilder page, string bucket, BlobItem blob)
    {
        if (names.TryReadKey(bucket, blob.Name, out string? key) && page.Offer(key) == ListStep.Entry)
        {
            page.Add(AzureProperties.ReadEntry(key, blob));
        }
    }

    private static string? NullIfEmpty(string? token) => string.IsNullOrEmpty(token) ? null : token;
}
