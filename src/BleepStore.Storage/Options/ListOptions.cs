namespace BleepStore.Storage;

/// <summary>The query of a listing of objects. Immutable and thread-safe.</summary>
public sealed record ListOptions
{
    /// <summary>Only keys that begin with this text are listed. The default is empty, which lists all keys.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// Keys that hold this text after the prefix are rolled up into one common prefix, up to and including its first occurrence. It is
    /// usually <c>"/"</c>, but can be any text. The default is <see langword="null"/>, which rolls up nothing.
    /// </summary>
    public string? Delimiter { get; init; }

    /// <summary>
    /// Only keys and common prefixes that sort after this one are listed, in the order of their UTF-8 bytes. The default is the beginning.
    /// </summary>
    public string? StartAfter { get; init; }

    /// <summary>
    /// The maximum number of objects and common prefixes of a page, from 1 to 1,000. A page can hold fewer. The default is 1,000.
    /// </summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>
    /// The <see cref="ListPage.ContinuationToken"/> of the previous page, from which to continue. The query must be the same, which means
    /// bucket, prefix, delimiter and start-after. The token of another query is <see cref="ArgumentException"/>. The default is the
    /// beginning.
    /// </summary>
    public string? ContinuationToken { get; init; }
}
