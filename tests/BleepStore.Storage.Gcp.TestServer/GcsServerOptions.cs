namespace BleepStore.Storage.Gcp.TestServer;

/// <summary>
/// How a <see cref="GcsServer"/> behaves where the service's behaviour depends on things that a test cannot arrange (size, distance, load).
/// </summary>
public sealed record GcsServerOptions
{
    /// <summary>The clock of creation times and generations. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Whether the server speaks HTTP/2 without TLS, and nothing else. A client must know it beforehand. Default: <see langword="false"/>,
    /// HTTP/1.1.
    /// </summary>
    public bool SpeaksHttp2 { get; init; }

    /// <summary>
    /// The only bearer token that is let in; <see langword="null"/> lets everybody in, unless <see cref="AcceptsToken"/> is set. Default:
    /// <see langword="null"/>.
    /// </summary>
    public string? AccessToken { get; init; }

    /// <summary>
    /// Which bearer tokens are let in, besides <see cref="AccessToken"/>: those of a token server. Default: <see langword="null"/>.
    /// </summary>
    public Func<string, bool>? AcceptsToken { get; init; }

    /// <summary>
    /// Whose signed URLs and forms are let in: the public key as PEM of each account, by its email address. Default: nobody's.
    /// </summary>
    public IReadOnlyDictionary<string, string> SigningKeys { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The clock by which signatures expire. Default: <see langword="null"/>, which is <see cref="Time"/>.</summary>
    public TimeProvider? SignatureTime { get; init; }

    /// <summary>
    /// How many items and prefixes a page has at most, whatever <c>maxResults</c> says: the service may always give fewer. Default: 1,000,
    /// which is also the most.
    /// </summary>
    public int PageLimit { get; init; } = 1000;

    /// <summary>Whether buckets are versioned that are created without saying so. Default: <see langword="false"/>.</summary>
    public bool VersionsBuckets { get; init; }

    /// <summary>
    /// How many bytes one call of <c>rewrite</c> moves at most, which the service decides by distance and storage class.
    /// <see langword="null"/>: any number, as within one location and class. Default: <see langword="null"/>.
    /// </summary>
    public long? RewriteBytesPerCall { get; init; }
}
