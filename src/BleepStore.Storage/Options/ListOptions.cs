namespace BleepStore.Storage;

/// <summary>What to list. Immutable and thread-safe.</summary>
public sealed record ListOptions
{
    /// <summary>Only keys that begin with this, as plain text. Default: empty, all keys.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// Keys that hold this text after the prefix are rolled up into one common prefix, up to and including its first occurrence.
    /// Usually <c>"/"</c>; any text will do. Default: <see langword="null"/>, nothing is rolled up.
    /// </summary>
    public string? Delimiter { get; init; }

    /// <summary>
    /// Only keys, and common prefixes, that sort after this one, in the order of their UTF-8 bytes. Default: from the beginning.
    /// </summary>
    public string? StartAfter { get; init; }

    /// <summary>How many objects and common prefixes a page holds at most: 1 to 1,000. A page can hold fewer. Default: 1,000.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>
    /// Where to go on: the <see cref="ListPage.ContinuationToken"/> of a page of the same query (bucket, prefix, delimiter and
    /// start-after); that of another is <see cref="ArgumentException"/>. Default: from the beginning.
    /// </summary>
    public string? ContinuationToken { get; init; }
}
