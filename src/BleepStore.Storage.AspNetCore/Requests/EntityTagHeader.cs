using Microsoft.Extensions.Primitives;

namespace BleepStore.Storage.AspNetCore.Requests;

/// <summary>
/// A header that names ETags, <c>If-Match</c> or <c>If-None-Match</c>, as HTTP allows it (RFC 9110, sections 8.8.3 and 13.1). A malformed
/// one names no ETag.
/// </summary>
internal sealed class EntityTagHeader
{
    private const string Weak = "W/";

    /// <summary>The maximum length of a list that the core accepts.</summary>
    private const int MaximumLength = 8192;

    private const int MaximumTagLength = 2048;

    private readonly List<(bool IsWeak, string Tag)> _tags = [];

    private EntityTagHeader()
    {
    }

    /// <summary>Whether the header is <c>*</c>.</summary>
    public bool IsAny { get; private init; }

    /// <summary>The strong ETags, without quotes.</summary>
    public IEnumerable<string> Strong => _tags.Where(static tag => !tag.IsWeak).Select(static tag => tag.Tag);

    /// <summary>The strong ETags that an object can have.</summary>
    public IReadOnlyList<string> Storable => [.. Strong.Where(CanBeStored)];

    /// <summary>All ETags, without quotes and without <c>W/</c>.</summary>
    public IEnumerable<string> All => _tags.Select(static tag => tag.Tag);

    /// <summary>The only ETag, or <see langword="null"/> where there is another number of them.</summary>
    public (bool IsWeak, string Tag)? Only => _tags.Count == 1 ? _tags[0] : null;

    /// <returns><see langword="null"/> where the request has no such header.</returns>
    public static EntityTagHeader? Parse(StringValues header)
    {
        if (header.Count == 0)
        {
            return null;
        }

        // Lines of one header are one list.
        string value = string.Join(',', header.ToArray()).Trim(' ', '\t');
        if (value == "*")
        {
            return new EntityTagHeader { IsAny = true };
        }

        var parsed = new EntityTagHeader();
        if (!parsed.TryRead(value))
        {
            parsed._tags.Clear();
        }

        return parsed;
    }

    /// <summary>Returns the value of <see cref="ReadOptions.IfMatch"/>. A header that names no strong ETag matches nothing.</summary>
    public string ToIfMatch() => IsAny ? "*" : List(Strong) is { Length: > 0 } list ? list : "\"\"";

    /// <summary>Returns the value of <see cref="ReadOptions.IfNoneMatch"/>, or <see langword="null"/> where every object will do.</summary>
    public string? ToIfNoneMatch() => IsAny ? "*" : List(All) is { Length: > 0 } list ? list : null;

    /// <summary>An ETag that no store gives is left out, because it matches nothing.</summary>
    private static string List(IEnumerable<string> tags)
    {
        string list = "";
        foreach (string tag in tags.Where(CanBeStored))
        {
            string longer = list.Length == 0 ? EntityTag.Quote(tag) : $"{list}, {EntityTag.Quote(tag)}";
            if (longer.Length > MaximumLength)
            {
                break;
            }

            list = longer;
        }

        return list;
    }

    /// <summary>A star in quotes is an ETag, and not the sign for any object.</summary>
    private static bool CanBeStored(string tag) =>
        tag != "*" && tag.Length is > 0 and <= MaximumTagLength && !tag.AsSpan().ContainsAnyExceptInRange('!', '~');

    private bool TryRead(ReadOnlySpan<char> rest)
    {
        while (true)
        {
            rest = rest.TrimStart(" \t,");
            if (rest.IsEmpty)
            {
                return true;
            }

            bool isWeak = rest.StartsWith(Weak, StringComparison.Ordinal);
            rest = rest[(isWeak ? Weak.Length : 0)..];
            int length = rest.IsEmpty || rest[0] != '"' ? -1 : rest[1..].IndexOf('"');
            if (length < 0)
            {
                return false;
            }

            _tags.Add((isWeak, rest.Slice(1, length).ToString()));
            rest = rest[(length + 2)..].TrimStart(" \t");
            if (!rest.IsEmpty && rest[0] != ',')
            {
                return false;
            }
        }
    }
}
