namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// The sizes and offsets of encrypted objects. They follow from the size alone, so a listing can show the size of the plaintext. An object
/// is a header and chunks. All chunks are full but the last, which is never full and can be empty.
/// </summary>
internal static class StoredSize
{
    /// <summary>How many bytes of plaintext a full chunk has.</summary>
    public const int Chunk = 64 * 1024;

    /// <summary>How many bytes a chunk needs in addition to its plaintext, for a salt and a tag.</summary>
    public const int Overhead = ChunkCipher.SaltSize + ChunkCipher.TagSize;

    /// <summary>How many bytes a full chunk takes.</summary>
    public const int StoredChunk = Chunk + Overhead;

    /// <summary>The size of an object of so many bytes of plaintext.</summary>
    public static long Of(long plain) => ObjectHeader.Size + plain + (((plain / Chunk) + 1) * Overhead);

    /// <summary>The size of the plaintext of an object.</summary>
    /// <returns>Whether an encrypted object can have that size.</returns>
    public static bool TryGetPlain(long stored, out long plain)
    {
        long chunks = stored - ObjectHeader.Size;
        long rest = chunks % StoredChunk;
        plain = ((chunks / StoredChunk) * Chunk) + rest - Overhead;
        return chunks >= Overhead && rest >= Overhead;
    }

    /// <summary>Returns the size that is shown for an object. The size of an object that cannot be encrypted is shown unchanged.</summary>
    public static long Shown(long stored) => TryGetPlain(stored, out long plain) ? plain : stored;

    /// <summary>Where a chunk begins in the stored object.</summary>
    public static long OffsetOf(long chunk) => ObjectHeader.Size + (chunk * StoredChunk);

    /// <summary>Where the chunk ends that holds the last byte before an offset of the plaintext.</summary>
    public static long EndOf(long plain) => OffsetOf((plain + Chunk - 1) / Chunk);

    /// <summary>The largest size of plaintext, in whole chunks, whose object does not exceed a limit.</summary>
    public static long LargestPlain(long limit)
    {
        if (limit == long.MaxValue)
        {
            return limit;
        }

        long chunks = (limit - ObjectHeader.Size - Overhead) / StoredChunk;
        return Math.Max(chunks, 0) * Chunk;
    }
}
