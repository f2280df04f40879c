using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Wire;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp.Objects;

/// <summary>Lists objects, and the names that no key spells.</summary>
internal sealed class GcpListing(GcpUpstream upstream, GcpClients clients, GcpNames names, ObjectPages pages)
{
    /// <summary>
    /// Sends one request per page, with metadata. The service rolls up at delimiters that cannot be part of an escape. At other delimiters
    /// every key is read.
    /// </summary>
    public async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        ObjectsResource.ListRequest list = clients.Service.Objects.List(upstream.Container(request.Bucket));
        list.Prefix = names.ObjectPrefix(request.Bucket, request.Prefix);
        list.Delimiter = request.Delimiter is { } delimiter && GcpNames.CanRollUp(delimiter) ? delimiter : null;
        list.StartOffset = request.StartAfter is { } after ? names.StartOffset(request.Bucket, after) : null;
        list.MaxResults = request.PageSize;
        var page = new ServiceListPageBuilder(request);
        do
        {
            list.PageToken = page.Marker;
            GcsObjects found = await pages.ReadAsync(request.Bucket, list, cancellationToken).ConfigureAwait(false);
            Add(page, request.Bucket, found);
            page.Marker = Paging.Next(page.Marker, found.NextPageToken);
        }
        while (page.IsEmpty && page.Marker is not null);
        return page.Build();
    }

    /// <summary>
    /// The names that <see cref="ListAsync"/> leaves out because no key is spelled so. They still keep a bucket from being deleted.
    /// </summary>
    public async Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken)
    {
        string root = names.Root(request.Bucket);
        ObjectsResource.ListRequest list = clients.Service.Objects.List(upstream.Container(request.Bucket));
        list.Prefix = root;
        list.MaxResults = request.PageSize;
        list.PageToken = request.ContinuationToken;
        GcsObjects found = await pages.ReadAsync(request.Bucket, list, cancellationToken).ConfigureAwait(false);
        return new ListForeignNamesResult
        {
            Names =
            [
                .. (found.Items ?? [])
                    .Where(item => !pages.IsInternal(item) && !names.TryReadKey(request.Bucket, item.Name, out _))
                    .Select(item => new ForeignName
                    {
                        // A folder created in a console has the name of the bucket's place itself.
                        DisplayName = item.Name.Length > root.Length ? item.Name[root.Length..] : "/",
                        Size = GcpProperties.SizeOf(item),
                        LastModified = item.UpdatedDateTimeOffset,
                    }),
            ],
            ContinuationToken = Paging.Next(list.PageToken, found.NextPageToken),
        };
    }

    private void Add(ServiceListPageBuilder page, string bucket, GcsObjects found)
    {
        foreach ((string name, GcsObject? item) in ServiceListPageBuilder.InOrder(
            (found.Items ?? []).Select(static item => (item.Name, item)), found.Prefixes ?? []))
        {
            if (item is null)
            {
                if (names.TryReadPrefix(bucket, name, out string? keys))
                {
                    page.OfferPrefix(keys);
                }
            }
            else if (names.TryReadKey(bucket, name, out string? key) && page.Offer(key) == ListStep.Entry)
            {
                page.Add(GcpProperties.ReadEntry(key, item));
            }
        }
    }
}
