namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// Builds a page of a listing from the entries of a service, in the order in which the service returns them. This order need not be that of
/// the keys, because a name upstream can contain escapes. Names below a delimiter become common prefixes, and each is returned once. The
/// keys of one common prefix usually follow each other, so only the last prefix is remembered. A delimiter that ends like the beginning of
/// an escape can separate them. Then all prefixes of the listing are remembered, so memory grows with their number. Not thread-safe.
/// </summary>
public sealed class ServiceListPageBuilder
{
    private const char MarkerEnd = '\n';

    /// <summary>Some services use a name as their token, in any characters, but no service uses one this long.</summary>
    private const int MaximumMarkerLength = 8 * 1024;

    private readonly ListRequest _request;
    private readonly List<ListEntry> _entries = [];

    /// <summary>
    /// Where a tilde ends a common prefix, keys that go on with <c>=</c> have it escaped and stand apart from the others.
    /// </summary>
    private readonly HashSet<string>? _given;

    private string? _lastPrefix;

    /// <summary>Starts a page.</summary>
    /// <param name="request">The query.</param>
    /// <exception cref="ArgumentException">The token is not one that <see cref="Build"/> gave.</exception>
    public ServiceListPageBuilder(ListRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        _request = request;
        _given = request.Delimiter is { } delimiter && delimiter.EndsWith(KeyCodec.Lead[0])
            ? new HashSet<string>(StringComparer.Ordinal)
            : null;
        if (request.ContinuationToken is not { } token)
        {
            return;
        }

        int end = token.IndexOf(MarkerEnd, StringComparison.Ordinal);
        if (end is < 1 or > MaximumMarkerLength || token.AsSpan(0, end).ContainsAnyInRange('\0', '\u001f'))
        {
            throw new ArgumentException("The continuation token does not belong to this listing.", nameof(request));
        }

        Marker = token[..end];
        string given = token[(end + 1)..];
        _lastPrefix = given.Length > 0 ? given : null;
        _given?.UnionWith(given.Split(MarkerEnd, StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString));
    }

    /// <summary>
    /// The service's own token from which the listing continues. It is <see langword="null"/> at the beginning and at the end, where
    /// <see cref="Build"/> returns no token either. It holds no line break.
    /// </summary>
    public string? Marker { get; set; }

    /// <summary>Whether the page is still empty. Services return empty pages that are not the last.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>
    /// Merges the two lists of a service into the one order that the service uses. A key whose escape keeps it from being rolled up is next
    /// to the names that were.
    /// </summary>
    /// <typeparam name="T">The service's object.</typeparam>
    /// <param name="objects">Objects with their names.</param>
    /// <param name="prefixes">Names that were rolled up.</param>
    /// <returns>Names in the order of their UTF-8. Names that were rolled up have no object.</returns>
    public static IEnumerable<(string Name, T? Object)> InOrder<T>(
        IEnumerable<(string Name, T Object)> objects, IEnumerable<string> prefixes)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(prefixes);
        return objects.Select(static one => (one.Name, (T?)one.Object))
            .Concat(prefixes.Select(static prefix => (prefix, (T?)null)))
            .OrderBy(static one => one.Item1, KeyOrder.Instance);
    }

    /// <summary>
    /// Decides how a key counts for the page. After <see cref="ListStep.Entry"/>, add its object with <see cref="Add"/>. The other results
    /// are <see cref="ListStep.CommonPrefix"/> and <see cref="ListStep.Skip"/>.
    /// </summary>
    /// <param name="key">The key.</param>
    public ListStep Offer(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!key.StartsWith(_request.Prefix, StringComparison.Ordinal))
        {
            return ListStep.Skip;
        }

        if (_request.CommonPrefixOf(key) is { } common)
        {
            return AddCommon(common);
        }

        return IsAfter(key) ? ListStep.Entry : ListStep.Skip;
    }

    /// <summary>Adds the object whose key was just answered with <see cref="ListStep.Entry"/>.</summary>
    /// <param name="entry">The object.</param>
    public void Add(ListEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _entries.Add(entry);
    }

    /// <summary>
    /// Decides how keys count that the service rolled up. Returns <see cref="ListStep.CommonPrefix"/> where their common prefix is now on
    /// the page, otherwise <see cref="ListStep.Skip"/>.
    /// </summary>
    /// <param name="keys">The common beginning of the keys.</param>
    public ListStep OfferPrefix(string keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return keys.StartsWith(_request.Prefix, StringComparison.Ordinal)
            ? AddCommon(_request.CommonPrefixOf(keys) ?? keys)
            : ListStep.Skip;
    }

    /// <summary>The page, in the contract's order as far as it goes.</summary>
    public ListPage Build()
    {
        _entries.Sort(static (x, y) => KeyOrder.Instance.Compare(x.Key, y.Key));
        return new ListPage
        {
            Entries = _entries,
            ContinuationToken = Marker is null
                ? null
                : Marker + MarkerEnd + (_given is null ? _lastPrefix : string.Join(MarkerEnd, _given.Select(Uri.EscapeDataString))),
        };
    }

    private ListStep AddCommon(string common)
    {
        if (!IsAfter(common) || !TryNote(common))
        {
            return ListStep.Skip;
        }

        _entries.Add(new ListEntry { Key = common, IsCommonPrefix = true });
        return ListStep.CommonPrefix;
    }

    /// <returns>Whether it was not given before.</returns>
    private bool TryNote(string common)
    {
        bool isNew = _given is null ? !string.Equals(common, _lastPrefix, StringComparison.Ordinal) : _given.Add(common);
        _lastPrefix = common;
        return isNew;
    }

    private bool IsAfter(string text) => _request.StartAfter is null || KeyOrder.Instance.Compare(text, _request.StartAfter) > 0;
}
