using System.Globalization;
using System.Security.Cryptography;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>What an object is to be, computed without the store: all of it follows from a seed and the sizes of its parts.</summary>
/// <param name="Seed">Tells this write from all others.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Md5">Of the bytes, in hexadecimal digits.</param>
/// <param name="ETag">What the store has to call them.</param>
public sealed record Content(int Seed, long Size, string Md5, string ETag)
{
    public string ContentType => $"text/{Seed}";

    public string Metadata => $"sëed {Seed}";

    /// <summary>What a put of this many bytes makes.</summary>
    public static Content OfPut(int seed, int size)
    {
        string md5 = Convert.ToHexStringLower(MD5.HashData(Bytes(seed, size)));
        return new Content(seed, size, md5, md5);
    }

    /// <summary>What a multipart upload with parts of these sizes makes.</summary>
    public static Content OfParts(int seed, IReadOnlyList<int> sizes)
    {
        byte[][] parts = [.. sizes.Select((size, i) => Bytes(seed + i, size))];
        byte[] digests = [.. parts.SelectMany(MD5.HashData)];
        return new Content(
            seed,
            parts.Sum(static part => part.Length),
            Convert.ToHexStringLower(MD5.HashData([.. parts.SelectMany(static part => part)])),
            string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(MD5.HashData(digests))}-{parts.Length}"));
    }

    public static byte[] Bytes(int seed, int size)
    {
        byte[] bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static PutOptions PutOptions(int seed) => new() { ContentType = $"text/{seed}", Metadata = new Dictionary<string, string> { ["seed"] = $"sëed {seed}" } };

    public static MultipartOptions MultipartOptions(int seed) => new() { ContentType = $"text/{seed}", Metadata = new Dictionary<string, string> { ["seed"] = $"sëed {seed}" } };
}
