namespace BleepStore.Storage;

/// <summary>How the store's own links are served. Immutable and thread-safe.</summary>
public sealed record ObjectLinkOptions
{
    internal static ObjectLinkOptions Default { get; } = new();

    /// <summary>
    /// The headers of downloads. A link's content type, content disposition and caching directives take precedence. The default is the
    /// defaults of <see cref="ObjectResultOptions"/>.
    /// </summary>
    public ObjectResultOptions Results { get; init; } = ObjectResultOptions.Default;

    /// <summary>
    /// The largest upload, in bytes, by a link that binds no length. 0 or more. It replaces the server's limit. A link that binds a length
    /// allows that length. The default is <see langword="null"/>, which keeps the server's limit. That limit is 30,000,000 bytes unless it
    /// was changed.
    /// </summary>
    public long? MaxUploadLength { get; init; }
}
