using System.IO.Compression;

namespace BleepStore.Storage;

/// <summary>The objects that a store compresses, and how. Read once, when the store is made.</summary>
public sealed class CompressionOptions
{
    /// <summary>The method of new objects. Objects of the other method can still be read. The default is Brotli.</summary>
    public CompressionMethod Method { get; set; } = CompressionMethod.Brotli;

    /// <summary>
    /// The compression level. <see cref="CompressionLevel.NoCompression"/> is refused. <see cref="CompressionLevel.SmallestSize"/> of
    /// Brotli takes many times as long as <see cref="CompressionLevel.Optimal"/>. The default is <see cref="CompressionLevel.Optimal"/>.
    /// </summary>
    public CompressionLevel Level { get; set; } = CompressionLevel.Optimal;

    /// <summary>The smallest object that is compressed, in bytes. 0 or more. The default is 1,024.</summary>
    public long MinimumSize { get; set; } = 1024;

    /// <summary>
    /// Whether an object of a content type is worth compressing. The argument is the type without parameters, in lower case, such as
    /// <c>text/html</c>. Objects without a type are never compressed. Must be thread-safe. The default is <see langword="null"/>, which
    /// compresses the usual text types. These are <c>text/*</c>, types that end in <c>+json</c> or <c>+xml</c>, the types of JSON, XML,
    /// JavaScript, YAML, SQL and WebAssembly, and uncompressed types of fonts and images.
    /// </summary>
    public Func<string, bool>? ShouldCompress { get; set; }
}
