using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace BleepStore.Storage.Engine.Listing;

/// <summary>Binds a backend's continuation token to its query, so the token of another query is refused.</summary>
internal readonly record struct ListToken(string Bucket, string Prefix, string? Delimiter, string? StartAfter)
{
    private const byte Version = 1;
    private const int DigestBytes = 8;
    private const int HeaderBytes = 1 + DigestBytes;

    /// <summary>
    /// The maximum length of a decoded token. Tokens are short, but that of a delimiter ending in a tilde names all common prefixes so far.
    /// </summary>
    private const int MaximumLength = 4 * 1024 * 1024;

    public string? Wrap(string? backendToken)
    {
        if (backendToken is null)
        {
            return null;
        }

        byte[] token = new byte[HeaderBytes + Encoding.UTF8.GetByteCount(backendToken)];
        token[0] = Version;
        Digest().CopyTo(token.AsSpan(1));
        Encoding.UTF8.GetBytes(backendToken, token.AsSpan(HeaderBytes));
        return Base64Url.EncodeToString(token);
    }

    /// <exception cref="ArgumentException">The token is not of this query.</exception>
    public string? Unwrap(string? token)
    {
        if (token is null)
        {
            return null;
        }

        byte[] bytes = token.Length <= MaximumLength && Base64Url.IsValid(token) ? Base64Url.DecodeFromChars(token) : [];
        if (bytes.Length <= HeaderBytes || bytes[0] != Version || !bytes.AsSpan(1, DigestBytes).SequenceEqual(Digest()))
        {
            throw new ArgumentException(
                "The continuation token does not belong to this query. Use the token of the previous page, with the same bucket, " +
                "prefix, delimiter and start-after.",
                nameof(token));
        }

        return Encoding.UTF8.GetString(bytes, HeaderBytes, bytes.Length - HeaderBytes);
    }

    private ReadOnlySpan<byte> Digest()
    {
        // The lengths distinguish ("a", "bc") from ("ab", "c"). The value -1 distinguishes a missing text from an empty one.
        string query =
            $"{Bucket.Length} {Prefix.Length} {Delimiter?.Length ?? -1} {StartAfter?.Length ?? -1} {Bucket}{Prefix}{Delimiter}{StartAfter}";
        return SHA256.HashData(Encoding.UTF8.GetBytes(query)).AsSpan(0, DigestBytes);
    }
}
