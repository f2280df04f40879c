namespace BleepStore.Storage;

/// <summary>How <see cref="CompressionOptions"/> has objects compressed. Both come with .NET.</summary>
public enum CompressionMethod
{
    /// <summary>Brotli (RFC 7932), <c>Content-Encoding: br</c>.</summary>
    Brotli = 0,

    /// <summary>Gzip (RFC 1952), <c>Content-Encoding: gzip</c>. Every HTTP client and every tool reads it.</summary>
    Gzip,
}
