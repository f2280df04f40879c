namespace BleepStore.Storage.Gcp.TestServer;

/// <summary>
/// How a <see cref="GcsServer"/> behaves where the service's behaviour depends on things that a test cannot arrange (size, distance, load).
/// </summary>
public sealed record GcsServerOptions
{
    /// <summary>The clock of creation times and generations. The default is the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Whether the server speaks HTTP/2 without TLS, and nothing else. A client must know it beforehand. The default is
    /// <see langword="false"/>, which means HTTP/1.1.
    /// </summary>
    public bool SpeaksHttp2 { get; init; }

    /// <summary>
    /// The only accepted bearer token. <see langword="null"/> accepts everybody, unless <see cref="AcceptsToken"/> is set. The default is
    /// <see langword="null"/>.
    /// </summary>
    public string? AccessToken { get; init; }

    /// <summary>
    /// The accepted bearer tokens in addition to <see cref="AccessToken"/>, which are those of a token server. The default is
    /// <see langword="null"/>.
    /// </summary>
    public Func<string, bool>? AcceptsToken { get; init; }

    /// <summary>
    /// The accounts whose signed URLs and forms are accepted, with the public key as PEM by email address. The default is none.
    /// </summary>
    public IReadOnlyDictionary<string, string> SigningKeys { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The clock by which signatures expire. The default is <see langword="null"/>, which is <see cref="Time"/>.</summary>
    public TimeProvider? SignatureTime { get; init; }

    /// <summary>
    /// The maximum number of items and prefixes of a page, whatever <c>maxResults</c>, because the service may always return fewer. The
    /// default is 1,000, which is also the maximum.
    /// </summary>
    public int PageLimit { get; init; } = 1000;

    /// <summary>Whether buckets are versioned that are created without saying so. The default is <see langword="false"/>.</summary>
    public bool VersionsBuckets { get; init; }

    /// <summary>
    /// How many bytes one call of <c>rewrite</c> moves at most, which the service decides by distance and storage class.
    /// <see langword="null"/> allows any number, as within one location and class. The default is <see langword="null"/>.
    /// </summary>
    public long? RewriteBytesPerCall { get; init; }
}
