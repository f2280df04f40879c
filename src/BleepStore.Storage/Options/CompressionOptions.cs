using System.IO.Compression;

namespace BleepStore.Storage;

/// <summary>The objects that a store compresses, and how. Read once, when the store is made.</summary>
public sealed class CompressionOptions
{
    /// <summary>The method of new objects. Objects of the other method are read all the same. Default: Brotli.</summary>
    public CompressionMethod Method { get; set; } = CompressionMethod.Brotli;

    /// <summary>
    /// How hard to try. <see cref="CompressionLevel.NoCompression"/> is refused. <see cref="CompressionLevel.SmallestSize"/> of Brotli
    /// takes many times as long as <see cref="CompressionLevel.Optimal"/>. Default: <see cref="CompressionLevel.Optimal"/>.
    /// </summary>
    public CompressionLevel Level { get; set; } = CompressionLevel.Optimal;

    /// <summary>The smallest object that is compressed, in bytes. 0 or more. Default: 1,024.</summary>
    public long MinimumSize { get; set; } = 1024;

    /// <summary>
    /// Whether an object of a content type is worth compressing. It is given the type without parameters, in lower case, such as
    /// <c>text/html</c>. Objects without a type are never compressed. Must be thread-safe. Default: <see langword="null"/>, which stands
    /// for <c>text/*</c>, types that end in <c>+json</c> or <c>+xml</c>, and the usual types of JSON, XML, JavaScript, YAML, SQL,
    /// WebAssembly and of fonts and images that are not compressed by themselves.
    /// </summary>
    public Func<string, bool>? ShouldCompress { get; set; }
}
