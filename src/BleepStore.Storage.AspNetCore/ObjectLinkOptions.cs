namespace BleepStore.Storage;

/// <summary>How the store's own links are served. Immutable and thread-safe.</summary>
public sealed record ObjectLinkOptions
{
    internal static ObjectLinkOptions Default { get; } = new();

    /// <summary>
    /// The headers of downloads. What a link says of content type, content disposition and caching wins. Default: the defaults of
    /// <see cref="ObjectResultOptions"/>.
    /// </summary>
    public ObjectResultOptions Results { get; init; } = ObjectResultOptions.Default;

    /// <summary>
    /// The largest upload, in bytes, by a link that binds no length. 0 or more. It takes the place of the server's limit. A link that binds
    /// a length allows that length. Default: <see langword="null"/>, the server's limit, which is 30,000,000 bytes unless it was changed.
    /// </summary>
    public long? MaxUploadLength { get; init; }
}
