using System.ComponentModel;

namespace BleepStore.Storage.Caching.Bodies;

/// <summary>The bytes of one revision of an object. Nobody changes them, so all readers share one copy.</summary>
/// <param name="bytes">All bytes of the object.</param>
/// <param name="hasOpaqueETag">Whether the ETag is known to be no MD5.</param>
[ImmutableObject(true)]
internal sealed class CachedBody(byte[] bytes, bool hasOpaqueETag)
{
    public int Length => bytes.Length;

    public bool HasOpaqueETag => hasOpaqueETag;

    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Reads a part of the bytes. Nobody can reach the buffer by the stream.</summary>
    /// <param name="range">The part.</param>
    public Stream Open(ContentRange range) => new MemoryStream(bytes, (int)range.Offset, (int)range.Length, writable: false);
}
