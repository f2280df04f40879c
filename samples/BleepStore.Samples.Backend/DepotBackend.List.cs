using BleepStore.Samples.Backend.Service;
using BleepStore.Storage;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Samples.Backend;

internal sealed partial class DepotBackend
{
    /// <summary>The service rolls names up at slashes. The builder rolls keys up at all other delimiters.</summary>
    public override async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        string query = $"?limit={request.PageSize}&prefix={Uri.EscapeDataString(DepotNames.Prefix(request.Prefix))}";
        query += request.Delimiter == "/" ? "&delimiter=/" : "";
        var page = new ServiceListPageBuilder(request);
        page.Marker ??= request.StartAfter is { } after ? DepotNames.From(after) : null;
        do
        {
            string address = $"{request.Bucket}{query}&from={Uri.EscapeDataString(page.Marker ?? "")}";
            DepotPage found = await ReadDocumentAsync<DepotPage>(address, cancellationToken).ConfigureAwait(false);
            Add(page, found);
            page.Marker = found.Next;
        }
        while (page.IsEmpty && page.Marker is not null);
        return page.Build();
    }

    private static void Add(ServiceListPageBuilder page, DepotPage found)
    {
        foreach ((string name, DepotItem? item) in ServiceListPageBuilder.InOrder(
            found.Objects.Select(static item => (item.Name, item)), found.Prefixes))
        {
            if (!DepotNames.TryReadKey(name, out string? key))
            {
                continue;
            }

            if (item is null)
            {
                page.OfferPrefix(key);
            }
            else if (page.Offer(key) == ListStep.Entry)
            {
                page.Add(Entry(DepotProperties.Read(key, item.Size, item.Version, item.Modified, item.Headers).Properties));
            }
        }
    }

    private static ListEntry Entry(ObjectProperties properties) => new()
    {
        Key = properties.Key,
        Size = properties.Size,
        ETag = properties.ETag,
        Revision = properties.Revision,
        LastModified = properties.LastModified,
        StorageClass = properties.StorageClass,
    };
}
