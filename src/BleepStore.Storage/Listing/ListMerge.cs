using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Listing;

/// <summary>Merges a page's objects and common prefixes into one order.</summary>
internal static class ListMerge
{
    public static IEnumerable<ListEntry> InOrder(ListPage page)
    {
        int at = 0;
        foreach (string prefix in page.CommonPrefixes)
        {
            while (at < page.Objects.Count && KeyOrder.Instance.Compare(page.Objects[at].Key, prefix) < 0)
            {
                yield return page.Objects[at++];
            }

            yield return new ListEntry { Key = prefix, IsCommonPrefix = true };
        }

        while (at < page.Objects.Count)
        {
            yield return page.Objects[at++];
        }
    }
}
