namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>The chunks of an object that one request writes, which are all chunks or those of a part.</summary>
/// <param name="FirstChunk">The number of the first chunk. The header stands before chunk 0.</param>
/// <param name="EndsObject">Whether the last chunk of the object is among them.</param>
internal readonly record struct SealedSpan(long FirstChunk, bool EndsObject)
{
    public static SealedSpan Whole { get; } = new(0, EndsObject: true);

    public bool HasHeader => FirstChunk == 0;

    /// <summary>How many bytes the chunks take, with the header.</summary>
    /// <param name="plain">How many bytes of plaintext they have.</param>
    public long StoredLength(long plain) =>
        (HasHeader ? ObjectHeader.Size : 0) + plain + (((plain / StoredSize.Chunk) + (EndsObject ? 1 : 0)) * StoredSize.Overhead);
}
