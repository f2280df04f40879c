using System.Buffers.Text;
using System.Globalization;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Checks;

namespace BleepStore.Storage.Engine.Links;

/// <summary>Signs links to the application's own endpoint, and verifies those that come back. Thread-safe.</summary>
/// <param name="store">The store's name.</param>
/// <param name="baseUrl">Where the application serves links.</param>
/// <param name="signer">Signs.</param>
/// <param name="time">The clock.</param>
internal sealed class StoreLinks(string store, Uri baseUrl, LinkSigner signer, TimeProvider time)
{
    /// <summary>
    /// Kestrel takes request lines of 8,192 bytes, and other servers take as many. The method and the version belong to them.
    /// </summary>
    private const int MaximumLength = 8000;

    /// <returns><see langword="null"/> for a store whose links, if it has any, are the backend's.</returns>
    public static StoreLinks? Of(string store, StoreLinkOptions options, TimeProvider time)
    {
        if (options.BaseUrl is not { } baseUrl)
        {
            return null;
        }

        LinkSigner signer = options.SignerFactory?.Invoke() ?? new HmacLinkSigner(Convert.FromBase64String(options.Key!));
        return new StoreLinks(store, baseUrl, signer, time);
    }

    /// <summary>Signs a link.</summary>
    /// <param name="link">The request that the link allows. Its time of expiry is set here.</param>
    /// <param name="expiresIn">How long it is good for.</param>
    public PresignedUrl Sign(SignedLink link, TimeSpan expiresIn)
    {
        PresignRules.CheckPath(link.Key);
        if (link.Key.Contains('\0'))
        {
            throw new StorageException(
                StorageErrorCode.InvalidKey, "The key contains NUL, which no URL of a web server can contain. Choose another key.");
        }

        SignedLink dated = link with { ExpiresAt = PresignRules.ExpiryOf(time.GetUtcNow(), expiresIn) };
        var fields = LinkFields.Of(dated);
        byte[] signature = signer.Sign(fields.ToText(store, new ObjectAddress(link.Bucket, link.Key)));
        string path = string.Join('/', link.Key.Split('/').Select(Uri.EscapeDataString));
        string query = fields.ToQuery(Base64Url.EncodeToString(signature));
        string address = $"{baseUrl.AbsoluteUri.TrimEnd('/')}/{link.Bucket}/{path}?{query}";
        if (address.Length > MaximumLength)
        {
            throw new ArgumentException(
                $"The link has {address.Length} characters, but web servers refuse more than {MaximumLength}. "
                + "Shorten the key, the metadata or the headers of the answer. A character outside ASCII takes six or more.",
                nameof(link));
        }

        return new PresignedUrl
        {
            // Normalising the address could change characters of the key.
            Url = new Uri(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }),
            Method = PresignRules.HttpMethodOf(link.Method),
            RequiredHeaders = HeadersOf(link.Options),
            ExpiresAt = dated.ExpiresAt,
        };
    }

    /// <summary>Verifies a link that can be anything.</summary>
    /// <param name="method">The HTTP method of the request.</param>
    /// <param name="address">The object that the path names.</param>
    /// <param name="query">The query, decoded.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.AccessDenied"/>.</exception>
    public SignedLink Verify(string method, ObjectAddress address, IEnumerable<KeyValuePair<string, string>> query)
    {
        if (!LinkFields.TryRead(query, out LinkFields? fields, out string? text) || !IsSignature(fields, address, text))
        {
            throw Denied("The signature of the link is missing or wrong. Use the link unchanged.");
        }

        SignedLink link = fields.ToLink(address);
        if (link.ExpiresAt <= time.GetUtcNow())
        {
            throw Denied($"The link expired at {link.ExpiresAt.ToString("O", CultureInfo.InvariantCulture)}. Ask for another.");
        }

        return PresignRules.HttpMethodOf(link.Method) == method
            ? link
            : throw Denied($"The link allows {PresignRules.HttpMethodOf(link.Method)}, not another method.");
    }

    private static Dictionary<string, string> HeadersOf(PresignOptions options)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        BoundHeaders.Add(headers, options.ContentLength, options.ContentMd5);
        if (options.ContentType is { } type)
        {
            headers.Add("Content-Type", type);
        }

        return headers;
    }

    private static StorageException Denied(string message) => new(StorageErrorCode.AccessDenied, message);

    private bool IsSignature(LinkFields fields, ObjectAddress address, string text) =>
        text.Length <= 1024
        && Base64Url.IsValid(text)
        && signer.Verify(fields.ToText(store, address), Base64Url.DecodeFromChars(text));
}
