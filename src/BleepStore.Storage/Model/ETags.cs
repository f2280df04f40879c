using System.Security.Cryptography;
using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>The ETags that this library computes itself, the same on every backend.</summary>
public static class ETags
{
    /// <summary>Returns the ETag of bytes that are stored in one part, which is their MD5 in lower-case hexadecimal.</summary>
    /// <param name="md5">16 bytes.</param>
    public static string FromMd5(ReadOnlySpan<byte> md5) => Convert.ToHexStringLower(md5);

    /// <summary>
    /// Returns the ETag of an object made of parts. It is the MD5 of the parts' concatenated binary MD5s, followed by <c>-</c> and the
    /// number of parts. It has this form even for one part.
    /// </summary>
    /// <param name="parts">The parts in order, each with the hexadecimal MD5 as its ETag.</param>
    /// <exception cref="ArgumentException">A part's ETag is not 32 hexadecimal digits.</exception>
    public static string Compose(IReadOnlyList<PartInfo> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        Span<byte> md5 = stackalloc byte[MD5.HashSizeInBytes];
        foreach (PartInfo part in parts)
        {
            if (!TryParseMd5(part.ETag, md5))
            {
                throw new ArgumentException(
                    $"The ETag of part {part.PartNumber} is not an MD5. It is {Visible.Text(part.ETag)}.", nameof(parts));
            }

            hash.AppendData(md5);
        }

        hash.GetHashAndReset(md5);
        return $"{FromMd5(md5)}-{parts.Count}";
    }

    /// <summary>
    /// Returns the ETag of a part that the server copies, whose MD5 is unknown. It is a digest of the source and the range in the form of
    /// an MD5. The same source, revision and range give the same ETag.
    /// </summary>
    /// <param name="source">The source's properties.</param>
    /// <param name="range">The bytes copied.</param>
    public static string OfCopiedPart(ObjectProperties source, ContentRange range)
    {
        ArgumentNullException.ThrowIfNull(source);
        return FromMd5(MD5.HashData(Encoding.UTF8.GetBytes($"{source.ETag}\n{source.Revision}\n{range.Offset}\n{range.Length}")));
    }

    /// <summary>Whether an ETag is the MD5 of bytes stored in one part, and which.</summary>
    /// <param name="etag">The ETag, without quotes.</param>
    /// <param name="md5">Takes the 16 bytes.</param>
    public static bool TryParseMd5(string? etag, Span<byte> md5) =>
        etag is { Length: 2 * MD5.HashSizeInBytes }
        && Convert.FromHexString(etag, md5, out _, out int written) == System.Buffers.OperationStatus.Done
        && written == MD5.HashSizeInBytes;
}
