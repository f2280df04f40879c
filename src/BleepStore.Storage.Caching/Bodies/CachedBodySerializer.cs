using System.Buffers;
using Microsoft.Extensions.Caching.Hybrid;

namespace BleepStore.Storage.Caching.Bodies;

/// <summary>
/// Writes bodies for a distributed cache, as one byte of flags, then the bytes. HybridCache also learns the size from it.
/// </summary>
internal sealed class CachedBodySerializer : IHybridCacheSerializer<CachedBody>
{
    private const byte Plain = 1;
    private const byte WithOpaqueETag = 3;

    public CachedBody Deserialize(ReadOnlySequence<byte> source)
    {
        byte flags = source.IsEmpty ? (byte)0 : source.FirstSpan[0];
        return flags is Plain or WithOpaqueETag
            ? new CachedBody(source.Slice(1).ToArray(), flags == WithOpaqueETag)
            : throw new InvalidDataException("The entry of the cache is not one of this version.");
    }

    public void Serialize(CachedBody value, IBufferWriter<byte> target)
    {
        Span<byte> flags = target.GetSpan(1);
        flags[0] = value.HasOpaqueETag ? WithOpaqueETag : Plain;
        target.Advance(1);
        target.Write(value.Bytes);
    }
}
