using System.Security.Cryptography;

namespace BleepStore.Storage.Tests.Support;

/// <summary>Bytes to store, the same in every run, and digests computed without the library.</summary>
internal static class Bytes
{
    public static byte[] Of(long length, int seed = 1)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Md5(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));

    /// <summary>The ETag by the literal rule. It cuts into these sizes, hashes each, and hashes the hashes.</summary>
    public static string Composite(ReadOnlySpan<byte> bytes, Func<int, long> sizeOfPart)
    {
        var digests = new List<byte>();
        int parts = 0;
        while (bytes.Length > 0 || parts == 0)
        {
            int take = (int)Math.Min(bytes.Length, sizeOfPart(++parts));
            digests.AddRange(MD5.HashData(bytes[..take]));
            bytes = bytes[take..];
        }

        return $"{Md5(digests.ToArray())}-{parts}";
    }
}
