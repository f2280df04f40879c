using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace BleepStore.Storage.Caching.Bodies;

/// <summary>
/// Names of entries. They are hashes, because keys can be long, can hold control characters, and are not to be read in a distributed cache.
/// </summary>
/// <param name="store">The name of the store.</param>
/// <param name="provider">The provider of the backend.</param>
internal sealed class CacheNames(string store, string provider)
{
    /// <summary>
    /// Names the bytes of one revision. The ETag and the size are part of the name. So two applications whose stores have the same name do
    /// not share different bytes.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="properties">The properties of the object.</param>
    public string OfBody(string bucket, ObjectProperties properties)
    {
        Span<byte> size = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(size, properties.Size);
        return $"bleepstore:body:{Hash(size, store, provider, bucket, properties.Key, properties.Revision, properties.ETag)}";
    }

    /// <summary>Names the cached data of a key, whatever its revision.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    public string OfKey(string bucket, string key) => $"bleepstore:key:{Hash([], store, provider, bucket, key)}";

    /// <summary>Each text goes in with its length, so no two lists of texts have one hash.</summary>
    private static string Hash(ReadOnlySpan<byte> number, params ReadOnlySpan<string> texts)
    {
        int length = number.Length;
        foreach (string text in texts)
        {
            length += sizeof(int) + (text.Length * sizeof(char));
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Span<byte> rest = rented.AsSpan(0, length);
            number.CopyTo(rest);
            rest = rest[number.Length..];
            foreach (string text in texts)
            {
                BinaryPrimitives.WriteInt32LittleEndian(rest, text.Length);
                ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text.AsSpan());
                bytes.CopyTo(rest[sizeof(int)..]);
                rest = rest[(sizeof(int) + bytes.Length)..];
            }

            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(rented.AsSpan(0, length), hash);
            return Base64Url.EncodeToString(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
