using System.IO.Compression;

namespace BleepStore.Storage.Decorators.Compression;

/// <summary>The content codings of the class library.</summary>
internal static class Codings
{
    /// <summary>Compresses the written bytes into a stream that stays open.</summary>
    public static Stream Compress(string coding, CompressionLevel level, Stream destination) => coding == CompressionRecord.Gzip
        ? new GZipStream(destination, level, leaveOpen: true)
        : new BrotliStream(destination, level, leaveOpen: true);

    /// <summary>Decompresses the bytes of a stream, which is disposed with the result.</summary>
    public static Stream Decompress(string coding, Stream source) => coding == CompressionRecord.Gzip
        ? new GZipStream(source, CompressionMode.Decompress, leaveOpen: false)
        : new BrotliStream(source, CompressionMode.Decompress, leaveOpen: false);
}
