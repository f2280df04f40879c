using System.Security.Cryptography;
using System.Text;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>Bytes to store. They are the same for the same arguments, different for different ones, and not compressible.</summary>
public static class Payload
{
    /// <summary>Bytes that look random.</summary>
    /// <param name="length">How many.</param>
    /// <param name="seed">The number of the payload.</param>
    public static byte[] Bytes(int length, int seed = 0)
    {
        byte[] bytes = new byte[length];
        ulong state = 0x9E3779B97F4A7C15UL * ((ulong)(uint)seed + 1);
        for (int at = 0; at < length; at += sizeof(ulong))
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            Span<byte> left = bytes.AsSpan(at);
            if (left.Length >= sizeof(ulong))
            {
                BitConverter.TryWriteBytes(left, state);
            }
            else
            {
                BitConverter.GetBytes(state).AsSpan(0, left.Length).CopyTo(left);
            }
        }

        return bytes;
    }

    /// <summary>The UTF-8 bytes of a text.</summary>
    /// <param name="text">The text.</param>
    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Pieces one after another.</summary>
    /// <param name="pieces">The pieces.</param>
    public static byte[] Join(params byte[][] pieces) => [.. pieces.SelectMany(static piece => piece)];

    /// <summary>The MD5 of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public static byte[] Md5(byte[] bytes) => MD5.HashData(bytes);
}
