using BleepStore.Storage.Backends;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp;

internal sealed partial class GcpBackend
{
    /// <summary>One request a page, metadata included. The service rolls up at delimiters that cannot be part of an escape; other delimiters cost a look at every key.</summary>
    public override async Task<ListResult> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        ObjectsResource.ListRequest list = Service.Objects.List(Container(request.Bucket));
        list.Prefix = _names.ObjectPrefix(request.Bucket, request.Prefix);
        list.Delimiter = request.Delimiter is { } delimiter && GcpNames.CanRollUp(delimiter) ? delimiter : null;
        list.StartOffset = request.StartAfter is { } after ? _names.StartOffset(request.Bucket, after) : null;
        list.MaxResults = request.PageSize;
        var page = new ServiceListPageBuilder(request);
        do
        {
            list.PageToken = page.Marker;
            GcsObjects found = await ReadPageAsync(request.Bucket, list, cancellationToken).ConfigureAwait(false);
            Add(page, request.Bucket, found);
            page.Marker = Paging.Next(page.Marker, found.NextPageToken);
        }
        while (page.IsEmpty && page.Marker is not null);
        return page.Build();
    }

    private async Task<GcsObjects> ReadPageAsync(string bucket, ObjectsResource.ListRequest list, CancellationToken cancellationToken)
    {
        try
        {
            return await _requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw _shared ? MissingContainer(error) : NoSuchBucket(bucket, error);
        }
    }

    private void Add(ServiceListPageBuilder page, string bucket, GcsObjects found)
    {
        foreach ((string name, GcsObject? item) in ServiceListPageBuilder.InOrder((found.Items ?? []).Select(static item => (item.Name, item)), found.Prefixes ?? []))
        {
            if (item is null)
            {
                if (_names.TryReadPrefix(bucket, name, out string? keys))
                {
                    page.OfferPrefix(keys);
                }
            }
            else if (_names.TryReadKey(bucket, name, out string? key) && page.Offer(key) == ListStep.Entry)
            {
                page.Add(GcpProperties.ReadEntry(key, item));
            }
        }
    }
}
