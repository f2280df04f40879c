using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Local.Listing;

/// <summary>
/// An item that a folder adds to a listing. It is a key, or all keys that begin with a segment and a slash. The folder <c>a</c> can hold
/// both the key <c>a</c> and the keys under <c>a/</c>.
/// </summary>
/// <param name="Path">The path below the folder that leads to the item. A long segment has more than one name.</param>
/// <param name="Segment">The segment of the key.</param>
/// <param name="IsFolder">Whether the path leads to a folder.</param>
/// <param name="IsSubtree">Whether the item is all keys that begin with the segment and a slash.</param>
internal readonly record struct FolderItem(string Path, string Segment, bool IsFolder, bool IsSubtree)
{
    /// <summary>
    /// Compares items by the UTF-8 bytes of their keys. A subtree has a slash at its end, so the order is <c>t</c>, <c>t!</c>, <c>t-/</c>,
    /// <c>t/</c>, <c>t0</c>.
    /// </summary>
    public static int Compare(FolderItem x, FolderItem y) => Compare(x, y.Segment, y.IsSubtree);

    /// <summary>Compares with a text.</summary>
    public static int Compare(in FolderItem item, ReadOnlySpan<char> text, bool thenSlash)
    {
        ReadOnlySpan<char> segment = item.Segment;
        int same = segment.CommonPrefixLength(text);
        if (same < segment.Length && same < text.Length)
        {
            return KeyOrder.Compare(segment[same..], text[same..]);
        }

        return NextOf(segment, same, item.IsSubtree) - NextOf(text, same, thenSlash);
    }

    private static int NextOf(ReadOnlySpan<char> text, int at, bool thenSlash) =>
        at < text.Length ? text[at] : thenSlash ? '/' : -1;
}
