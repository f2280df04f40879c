namespace BleepStore.Storage;

/// <summary>How the body of a request becomes an object. Immutable and thread-safe.</summary>
public sealed record ObjectUploadOptions
{
    internal static ObjectUploadOptions Default { get; } = new();

    /// <summary>
    /// The largest body, in bytes. 0 or more. It replaces the server's limit for this request. A larger body is answered with 413 and
    /// nothing is stored. The default is <see langword="null"/>, which keeps the server's limit. That limit is 30,000,000 bytes unless it
    /// was changed.
    /// </summary>
    public long? MaxLength { get; init; }

    /// <summary>
    /// Attributes and conditions of the application. These take precedence over the request's headers. The default is
    /// <see langword="null"/>.
    /// </summary>
    public PutOptions? Put { get; init; }
}
