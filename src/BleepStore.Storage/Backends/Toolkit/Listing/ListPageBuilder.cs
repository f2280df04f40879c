namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// Builds pages from an ordered sequence of keys, for backends that order keys themselves. It applies prefix, delimiter, start-after, page
/// size and token. Offer keys in <see cref="KeyOrder"/> and follow the returned <see cref="ListStep"/>. Not thread-safe.
/// </summary>
public sealed class ListPageBuilder
{
    private const char AfterKey = 'k';
    private const char AfterPrefix = 'p';

    private readonly ListRequest _request;
    private readonly List<ListEntry> _entries = [];
    private string? _token;
    private bool _full;

    /// <summary>Starts a page.</summary>
    /// <param name="request">The query.</param>
    /// <exception cref="ArgumentException">The token is not one that <see cref="Build"/> gave.</exception>
    public ListPageBuilder(ListRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        _request = request;
        After = request.StartAfter;
        if (request.ContinuationToken is { } token)
        {
            if (token.Length < 2 || token[0] is not (AfterKey or AfterPrefix))
            {
                throw new ArgumentException("The continuation token does not belong to this listing.", nameof(request));
            }

            After = token[1..];
            SkippedPrefix = token[0] == AfterPrefix ? After : null;
        }
    }

    /// <summary>
    /// The key or common prefix after which the page begins. <see langword="null"/> for the beginning. Keys up to it need not be offered.
    /// </summary>
    public string? After { get; private set; }

    /// <summary>The common prefix that was opened last, whose other keys need not be offered.</summary>
    public string? SkippedPrefix { get; private set; }

    /// <summary>
    /// Whether keys that begin with <paramref name="prefix"/> can still be on the page. A walk can use it to skip whole branches.
    /// </summary>
    /// <param name="prefix">The common beginning of the keys.</param>
    public bool CanHold(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        bool inQuery = prefix.StartsWith(_request.Prefix, StringComparison.Ordinal)
            || _request.Prefix.StartsWith(prefix, StringComparison.Ordinal);
        bool done = (SkippedPrefix is not null && prefix.StartsWith(SkippedPrefix, StringComparison.Ordinal))
            || (After is not null && !After.StartsWith(prefix, StringComparison.Ordinal) && KeyOrder.Instance.Compare(prefix, After) < 0);
        return inQuery && !done;
    }

    /// <summary>Decides how a key counts for the page.</summary>
    /// <param name="key">The key. It must sort after all keys that were offered before.</param>
    public ListStep Offer(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!key.StartsWith(_request.Prefix, StringComparison.Ordinal)
            || (SkippedPrefix is not null && key.StartsWith(SkippedPrefix, StringComparison.Ordinal))
            || (After is not null && KeyOrder.Instance.Compare(key, After) <= 0))
        {
            return ListStep.Skip;
        }

        string? commonPrefix = _request.CommonPrefixOf(key);
        if (commonPrefix is not null
            && _request.StartAfter is not null
            && KeyOrder.Instance.Compare(commonPrefix, _request.StartAfter) <= 0)
        {
            SkippedPrefix = commonPrefix;
            return ListStep.Skip;
        }

        if (_entries.Count >= _request.PageSize)
        {
            _full = true;
            return ListStep.Full;
        }

        if (commonPrefix is null)
        {
            return ListStep.Entry;
        }

        _entries.Add(new ListEntry { Key = commonPrefix, IsCommonPrefix = true });
        SkippedPrefix = commonPrefix;
        After = commonPrefix;
        _token = AfterPrefix + commonPrefix;
        return ListStep.CommonPrefix;
    }

    /// <summary>
    /// Adds the object of the key for which <see cref="Offer"/> just returned <see cref="ListStep.Entry"/>. Do not add an object that has
    /// disappeared meanwhile.
    /// </summary>
    /// <param name="entry">The object.</param>
    public void Add(ListEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _entries.Add(entry);
        After = entry.Key;
        _token = AfterKey + entry.Key;
    }

    /// <summary>The page.</summary>
    public ListPage Build() => new()
    {
        Entries = _entries,
        ContinuationToken = _full ? _token : null,
    };
}
