namespace BleepStore.Storage.Backends;

/// <summary>One page of a listing.</summary>
public sealed record ListRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>Only keys that begin with this. The default is all.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The delimiter at which keys are rolled up, or <see langword="null"/>. It is never empty.</summary>
    public string? Delimiter { get; init; }

    /// <summary>Only keys and common prefixes after this one, by UTF-8 bytes. The default is all.</summary>
    public string? StartAfter { get; init; }

    /// <summary>At most this many objects and common prefixes, from 1 to 1,000.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>
    /// The token that this backend returned with the previous page. Other programs may have stored it, so it can be any text. An invalid
    /// token is <see cref="ArgumentException"/>.
    /// </summary>
    public string? ContinuationToken { get; init; }

    /// <summary>Returns the common prefix of a key that begins with <see cref="Prefix"/>, or <see langword="null"/>.</summary>
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
