using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// A URL that allows one kind of request on one object until it expires. Its holder needs no credential, so treat it as a secret.
/// <see cref="ToString"/> leaves the signature out. Immutable and thread-safe.
/// </summary>
public sealed record PresignedUrl
{
    private readonly ValueMetadata _requiredHeaders;

    /// <summary>
    /// The address, with the signature in its query. Send it unchanged, because normalising the URL makes the signature invalid.
    /// </summary>
    public required Uri Url { get; init; }

    /// <summary>The HTTP method of the request, which is <c>GET</c>, <c>PUT</c>, <c>HEAD</c> or <c>DELETE</c>.</summary>
    public required string Method { get; init; }

    /// <summary>
    /// The headers that the request must have, with exactly these values. HTTP clients and browsers set <c>Content-Length</c> by
    /// themselves. Names are compared without regard to case. The default is none.
    /// </summary>
    /// <exception cref="ArgumentNullException">Set to <see langword="null"/>.</exception>
    public IReadOnlyDictionary<string, string> RequiredHeaders
    {
        get => _requiredHeaders.Items;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _requiredHeaders = new(value);
        }
    }

    /// <summary>
    /// When the URL expires. UTC, to the second. A temporary credential can end earlier, if neither the options nor the SDK tells its end.
    /// </summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Prints the URL without its query.</summary>
    public override string ToString() => new MemberPrinter(nameof(PresignedUrl))
        .Add(nameof(Url), Url?.GetLeftPart(UriPartial.Path))
        .Add(nameof(Method), Method)
        .Add(nameof(RequiredHeaders), RequiredHeaders.Count > 0 ? _requiredHeaders : null)
        .Add(nameof(ExpiresAt), ExpiresAt)
        .ToString();
}
