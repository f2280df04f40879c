using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Local.Listing;

/// <summary>
/// What a folder adds to a listing: a key, or all keys that begin with a segment and a slash. A folder can be both: <c>a</c> holds the key
/// <c>a</c>, if it does, and those under <c>a/</c>.
/// </summary>
/// <param name="Path">The names below the folder that lead there: more than one for a long segment.</param>
/// <param name="Segment">The segment of the key.</param>
/// <param name="IsFolder">Whether the path leads to a folder.</param>
/// <param name="IsSubtree">Whether this is all that begins with the segment and a slash.</param>
internal readonly record struct FolderItem(string Path, string Segment, bool IsFolder, bool IsSubtree)
{
    /// <summary>
    /// Compares by the UTF-8 bytes of the keys, in which a subtree has a slash at its end: <c>t</c>, <c>t!</c>, <c>t-/</c>, <c>t/</c>,
    /// <c>t0</c>.
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
