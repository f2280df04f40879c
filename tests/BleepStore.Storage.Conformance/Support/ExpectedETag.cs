using System.Security.Cryptography;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>ETags computed a second time, from the rule alone and not with the library's code.</summary>
public static class ExpectedETag
{
    /// <summary>The ETag of an object put in one part.</summary>
    /// <param name="bytes">Its bytes.</param>
    public static string Plain(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));

    /// <summary>The ETag of an object made of parts.</summary>
    /// <param name="parts">The bytes of each part.</param>
    public static string Composite(params byte[][] parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        byte[] digests = [.. parts.SelectMany(static part => MD5.HashData(part))];
        return $"{Convert.ToHexStringLower(MD5.HashData(digests))}-{parts.Length}";
    }

    /// <summary>The ETag of an object that is put at once, which is plain up to the part size and composite above.</summary>
    /// <param name="bytes">Its bytes, in at most a thousand parts.</param>
    /// <param name="partSize">The store's part size.</param>
    /// <param name="threshold">The store's threshold, when it is not the part size.</param>
    public static string Put(byte[] bytes, int partSize, int? threshold = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return bytes.Length <= (threshold ?? partSize) ? Plain(bytes) : Composite([.. bytes.Chunk(partSize)]);
    }
}
