using System.Globalization;
using System.Security.Cryptography;

namespace BleepStore.Storage.Benchmarks.Support;

/// <summary>
/// The ETag that a pattern must get, worked out by the rule of the documentation and not by the library's code. For fewer than a thousand
/// parts.
/// </summary>
internal static class PatternETag
{
    public static async Task<string> OfAsync(long length, long partSize)
    {
        if (length <= partSize)
        {
            return Convert.ToHexStringLower(await MD5.HashDataAsync(new PatternStream(length)));
        }

        var source = new PatternStream(length);
        var digests = new List<byte>();
        byte[] part = new byte[partSize];
        int parts = 0;
        int count;
        while ((count = await source.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false)) > 0)
        {
            digests.AddRange(MD5.HashData(part.AsSpan(0, count)));
            parts++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(MD5.HashData([.. digests]))}-{parts}");
    }
}
