using System.Security.Cryptography;

namespace BleepStore.Samples.QuickStart;

/// <summary>
/// The MD5 of bytes, and the ETag of an object with these bytes. Both are computed here without the library, by the rule in
/// docs/multipart.md.
/// </summary>
/// <param name="Md5">The MD5 of all bytes.</param>
/// <param name="ETag">The MD5 up to one part. Above, the MD5 of the parts' MD5s, a hyphen and the number of parts.</param>
internal sealed record Fingerprint(string Md5, string ETag)
{
    private const int BufferSize = 128 * 1024;
    private const long LargestPart = 4000L * 1024 * 1024;

    public static async Task<Fingerprint> OfAsync(Stream bytes, CancellationToken cancellationToken)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var ofParts = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        int parts = 0;
        while (true)
        {
            byte[]? part = await HashPartAsync(bytes, SizeOfPart(parts + 1), whole, cancellationToken);
            if (part is null)
            {
                break;
            }

            ofParts.AppendData(part);
            parts++;
        }

        string md5 = Convert.ToHexStringLower(whole.GetHashAndReset());
        return new Fingerprint(md5, parts <= 1 ? md5 : $"{Convert.ToHexStringLower(ofParts.GetHashAndReset())}-{parts}");
    }

    private static long SizeOfPart(int number) => Math.Min((long)PartedFile.PartSize << ((number - 1) / 1000), LargestPart);

    /// <returns><see langword="null"/> at the end.</returns>
    private static async Task<byte[]?> HashPartAsync(Stream bytes, long size, IncrementalHash whole, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] buffer = new byte[BufferSize];
        long done = 0;
        while (done < size)
        {
            int count = await bytes.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, size - done)), cancellationToken);
            if (count == 0)
            {
                break;
            }

            hash.AppendData(buffer, 0, count);
            whole.AppendData(buffer, 0, count);
            done += count;
        }

        return done == 0 ? null : hash.GetHashAndReset();
    }
}
