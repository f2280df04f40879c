namespace BleepStore.Storage.Backends;

/// <summary>One page of a listing.</summary>
public sealed record ListRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>Only keys that begin with this. Default: all.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>What to roll up at, or <see langword="null"/>; never empty.</summary>
    public string? Delimiter { get; init; }

    /// <summary>Only keys and common prefixes after this one, by UTF-8 bytes. Default: all.</summary>
    public string? StartAfter { get; init; }

    /// <summary>At most this many objects and common prefixes: 1 to 1,000.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>
    /// Where to go on: what this backend returned for the page before. It may have passed through other hands and can be any text; what
    /// makes no sense is <see cref="ArgumentException"/>.
    /// </summary>
    public string? ContinuationToken { get; init; }

    /// <summary>What a key that begins with <see cref="Prefix"/> is rolled up to, or <see langword="null"/>.</summary>
    internal string? CommonPrefixOf(string key)
    {
        if (Delimiter is null)
        {
            return null;
        }

        int at = key.IndexOf(Delimiter, Prefix.Length, StringComparison.Ordinal);
        return at < 0 ? null : key[..(at + Delimiter.Length)];
    }
}
