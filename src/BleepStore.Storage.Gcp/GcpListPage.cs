using BleepStore.Storage.Backends;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp;

/// <summary>
/// One page of a listing that is in the order of the names upstream, which is that of the keys but for those with a line break. What the service rolled up and what is rolled up here
/// become common prefixes, each once: the keys under one are together upstream, so that the last one given is all that must be remembered, in the token, too.
/// </summary>
internal sealed class GcpListPage
{
    private const char TokenEnd = '\n';

    private readonly ListRequest _request;
    private readonly List<ListEntry> _objects = [];
    private readonly List<string> _prefixes = [];
    private string? _lastPrefix;

    /// <exception cref="ArgumentException">The token is not one that <see cref="Build"/> gave.</exception>
    public GcpListPage(ListRequest request)
    {
        _request = request;
        if (request.ContinuationToken is not { } token)
        {
            return;
        }

        int end = token.IndexOf(TokenEnd, StringComparison.Ordinal);
        if (end < 1)
        {
            throw new ArgumentException("The continuation token is not one of this listing.", nameof(request));
        }

        PageToken = token[..end];
        _lastPrefix = end + 1 < token.Length ? token[(end + 1)..] : null;
    }

    /// <summary>Where the service goes on; <see langword="null"/> at the beginning and at the end.</summary>
    public string? PageToken { get; set; }

    public bool IsEmpty => _objects.Count == 0 && _prefixes.Count == 0;

    public void Add(string key, GcsObject found)
    {
        if (!key.StartsWith(_request.Prefix, StringComparison.Ordinal))
        {
            return;
        }

        if (CommonPrefixOf(key) is { } common)
        {
            AddCommon(common);
        }
        else if (IsAfter(key))
        {
            _objects.Add(GcpProperties.ReadEntry(key, found));
        }
    }

    /// <summary>Adds what the service rolled up: all keys that begin with <paramref name="keys"/>.</summary>
    public void AddPrefix(string keys)
    {
        if (keys.StartsWith(_request.Prefix, StringComparison.Ordinal))
        {
            AddCommon(CommonPrefixOf(keys) ?? keys);
        }
    }

    /// <summary>The page, in the contract's order as far as it goes.</summary>
    public ListResult Build()
    {
        _objects.Sort(static (x, y) => KeyOrder.Instance.Compare(x.Key, y.Key));
        _prefixes.Sort(KeyOrder.Instance);
        return new ListResult
        {
            Objects = _objects,
            CommonPrefixes = _prefixes,
            ContinuationToken = PageToken is null ? null : PageToken + TokenEnd + _lastPrefix,
        };
    }

    private void AddCommon(string common)
    {
        if (!string.Equals(common, _lastPrefix, StringComparison.Ordinal) && IsAfter(common))
        {
            _lastPrefix = common;
            _prefixes.Add(common);
        }
    }

    private bool IsAfter(string text) => _request.StartAfter is null || KeyOrder.Instance.Compare(text, _request.StartAfter) > 0;

    private string? CommonPrefixOf(string key)
    {
        if (_request.Delimiter is not { } delimiter)
        {
            return null;
        }

        int at = key.IndexOf(delimiter, _request.Prefix.Length, StringComparison.Ordinal);
        return at < 0 ? null : key[..(at + delimiter.Length)];
    }
}
