using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Records;

namespace BleepStore.Storage.Local.Listing;

/// <summary>
/// Walks a bucket's folders in the order of keys, and fills a page. The walk begins at the folder of the prefix. In each folder it begins
/// at the first item that can be on the page.
/// </summary>
/// <param name="root">The store's root, which spells keys as paths.</param>
/// <param name="files">Opens objects.</param>
/// <param name="folders">Reads folders.</param>
/// <param name="request">The requested page.</param>
/// <param name="skipsUnreadable">
/// Whether unreadable files and folders are left out (<see cref="LocalBackendOptions.SkipUnreadable"/>).
/// </param>
/// <param name="cancellationToken">Stops the walk between two names.</param>
internal sealed class KeyWalk(
    LocalRoot root,
    ObjectFiles files,
    FolderItems folders,
    ListRequest request,
    bool skipsUnreadable,
    CancellationToken cancellationToken)
{
    private readonly ListPageBuilder _page = new(request);

    public ListPage Run()
    {
        int slash = request.Prefix.LastIndexOf('/');
        string start = slash < 0 ? request.Bucket : $"{request.Bucket}/{root.Names.PathOf(request.Prefix[..slash])}";
        Walk(start, request.Prefix[..(slash + 1)]);

        // In a root that was unmounted or replaced during the walk, the missing folders mean nothing.
        root.RequireItself();
        return _page.Build();
    }

    /// <summary>Offers all items of a folder to the page.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="keys">The common beginning of the keys in the folder.</param>
    /// <returns>Whether the page has room for more.</returns>
    private bool Walk(string path, string keys)
    {
        FolderItem[] items = Read(path, keys);
        for (int at = FirstOf(items, keys); at < items.Length; at++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            FolderItem item = items[at];
            string key = keys + item.Segment;
            if (IsPast(key))
            {
                return true;
            }

            string whole = item.IsSubtree ? key + "/" : key;
            if (!_page.CanHold(whole) || !LocalNames.IsInReach(whole))
            {
                continue;
            }

            string below = $"{path}/{item.Path}";
            if (item.IsSubtree ? !Walk(below, whole) : !Offer(item, key, below))
            {
                return false;
            }
        }

        return true;
    }

    private bool Offer(FolderItem item, string key, string path)
    {
        var place = new Place(request.Bucket, key, path);

        // The name of a folder is a key only if the folder holds the object. The name of a file is always a key.
        ObjectFile? found = item.IsFolder ? TryOpen(place) : null;
        try
        {
            if (item.IsFolder && found is null)
            {
                return true;
            }

            ListStep step = _page.Offer(key);
            if (step == ListStep.Entry)
            {
                found ??= TryOpen(place);
            }

            if (step == ListStep.Entry && found is not null)
            {
                _page.Add(ToEntry(found.Properties));
            }

            return step != ListStep.Full;
        }
        finally
        {
            found?.Dispose();
        }
    }

    private FolderItem[] Read(string path, string keys)
    {
        try
        {
            return folders.Read(path);
        }
        catch (StorageException error)
        {
            // The caller asked for the folder at which the listing begins. Without that folder the listing would look empty.
            return IsSkipped(error) && keys.Length > request.Prefix.LastIndexOf('/') + 1
                ? []
                : throw error.About($"the folder of the keys that begin with '{keys}'");
        }
    }

    private ObjectFile? TryOpen(Place place)
    {
        try
        {
            return files.TryOpenListed(place);
        }
        catch (StorageException error)
        {
            return IsSkipped(error) ? null : throw error.About($"the object '{place.Key}'");
        }
    }

    private bool IsSkipped(StorageException error) =>
        skipsUnreadable && (error.ProviderCode is "EACCES" or "EPERM");

    /// <summary>
    /// Returns the index of the first item on the page. It is neither before the prefix nor before the end of the last page.
    /// </summary>
    private int FirstOf(FolderItem[] items, string keys)
    {
        string bound = _page.After is { } after && KeyOrder.Instance.Compare(after, request.Prefix) > 0 ? after : request.Prefix;
        if (!bound.StartsWith(keys, StringComparison.Ordinal))
        {
            return 0;
        }

        ReadOnlySpan<char> rest = bound.AsSpan(keys.Length);
        int low = 0;
        int high = items.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = FolderItem.Compare(items[middle], rest, thenSlash: false) < 0 ? (middle + 1, high) : (low, middle);
        }

        // The subtree that contains the bound compares as equal to it.
        return low;
    }

    /// <summary>Whether this key and all after it are outside the prefix.</summary>
    private bool IsPast(string key) =>
        !key.StartsWith(request.Prefix, StringComparison.Ordinal) && KeyOrder.Instance.Compare(key, request.Prefix) > 0;

    private static ListEntry ToEntry(ObjectProperties properties) => new()
    {
        Key = properties.Key,
        Size = properties.Size,
        ETag = properties.ETag,
        Revision = properties.Revision,
        LastModified = properties.LastModified,
        StorageClass = properties.StorageClass,
    };
}
