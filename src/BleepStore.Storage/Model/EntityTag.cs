namespace BleepStore.Storage;

/// <summary>ETags are texts without quotes in this library, and have quotes in HTTP. This class is the way between the two.</summary>
public static class EntityTag
{
    /// <summary>Returns an ETag as HTTP's headers have it, in quotes.</summary>
    /// <param name="etag">The ETag without quotes, such as <see cref="ObjectProperties.ETag"/>.</param>
    /// <exception cref="ArgumentException">The text has a quote, so it is no ETag of a store.</exception>
    public static string Quote(string etag)
    {
        ArgumentNullException.ThrowIfNull(etag);
        return etag.Contains('"', StringComparison.Ordinal)
            ? throw new ArgumentException("The ETag already has a quote. Use the form in ObjectProperties.ETag.", nameof(etag))
            : string.Concat("\"", etag, "\"");
    }
}
