namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// Makes a page out of a listing of a service, for backends whose service orders names: by its own rules, of names that escapes move. What
/// the service rolled up and what is rolled up here become common prefixes, each once: the keys under one are together upstream, so that
/// the last one given is all that must be remembered, in the token, too. (Not so under a delimiter that ends like the beginning of an
/// escape: then all are.) Offer it what the service lists, in the service's order. Not thread-safe.
/// </summary>
public sealed class ServiceListPageBuilder
{
    private const char MarkerEnd = '\n';

    /// <summary>Some services give a name as their token, in whatever characters, but none gives one as long as this.</summary>
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
        _given = request.Delimiter is { } delimiter && delimiter.EndsWith(KeyCodec.Lead[0]) ? new HashSet<string>(StringComparer.Ordinal) : null;
        if (request.ContinuationToken is not { } token)
        {
            return;
        }

        int end = token.IndexOf(MarkerEnd, StringComparison.Ordinal);
        if (end is < 1 or > MaximumMarkerLength || token.AsSpan(0, end).ContainsAnyInRange('\0', '\u001f'))
        {
            throw new ArgumentException("The continuation token is not one of this listing.", nameof(request));
        }

        Marker = token[..end];
        string given = token[(end + 1)..];
        _lastPrefix = given.Length > 0 ? given : null;
        _given?.UnionWith(given.Split(MarkerEnd, StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString));
    }

    /// <summary>
    /// The service's own token, from which it goes on; <see langword="null"/> at the beginning, and at the end, where <see cref="Build"/>
    /// gives none either. It holds no line break.
    /// </summary>
    public string? Marker { get; set; }

    /// <summary>Whether nothing is on the page yet: services give empty pages that are not the last.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>
    /// What services list apart, in the one order in which they have it: what a key's escape keeps from being rolled up there is next to
    /// what was.
    /// </summary>
    /// <typeparam name="T">The service's object.</typeparam>
    /// <param name="objects">Objects with their names.</param>
    /// <param name="prefixes">Names that were rolled up.</param>
    /// <returns>Names in the order of their UTF-8; those that were rolled up have no object.</returns>
    public static IEnumerable<(string Name, T? Object)> InOrder<T>(IEnumerable<(string Name, T Object)> objects, IEnumerable<string> prefixes)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(prefixes);
        return objects.Select(static one => (one.Name, (T?)one.Object)).Concat(prefixes.Select(static prefix => (prefix, (T?)null))).OrderBy(static one => one.Item1, KeyOrder.Instance);
    }

    /// <summary>
    /// Says what a key means: <see cref="ListStep.Entry"/>, after which <see cref="Add"/> takes the object,
    /// <see cref="ListStep.CommonPrefix"/> or <see cref="ListStep.Skip"/>.
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
    /// Says what keys mean that the service rolled up: <see cref="ListStep.CommonPrefix"/> where their common prefix is on the page now,
    /// otherwise <see cref="ListStep.Skip"/>.
    /// </summary>
    /// <param name="keys">What they all begin with.</param>
    public ListStep OfferPrefix(string keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return keys.StartsWith(_request.Prefix, StringComparison.Ordinal) ? AddCommon(_request.CommonPrefixOf(keys) ?? keys) : ListStep.Skip;
    }

    /// <summary>The page, in the contract's order as far as it goes.</summary>
    public ListPage Build()
    {
        _entries.Sort(static (x, y) => KeyOrder.Instance.Compare(x.Key, y.Key));
        return new ListPage
        {
            Entries = _entries,
            ContinuationToken = Marker is null ? null : Marker + MarkerEnd + (_given is null ? _lastPrefix : string.Join(MarkerEnd, _given.Select(Uri.EscapeDataString))),
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
