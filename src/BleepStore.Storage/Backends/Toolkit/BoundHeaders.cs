using System.Globalization;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>The HTTP headers that describe the body that a signed request must have.</summary>
public static class BoundHeaders
{
    /// <summary>Adds <c>Content-Length</c> and <c>Content-MD5</c> (RFC 1864) where they are bound.</summary>
    /// <param name="headers">The headers so far. Its names are compared without regard to case.</param>
    /// <param name="length">The exact number of bytes. <see langword="null"/> allows any number.</param>
    /// <param name="md5">The MD5, 16 bytes. <see langword="null"/> allows any bytes.</param>
    public static void Add(IDictionary<string, string> headers, long? length, ReadOnlyMemory<byte>? md5)
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (length is { } bytes)
        {
            headers.Add("Content-Length", bytes.ToString(CultureInfo.InvariantCulture));
        }

        if (md5 is { } digest)
        {
            headers.Add("Content-MD5", Convert.ToBase64String(digest.Span));
        }
    }
}
