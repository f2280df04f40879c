using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace BleepStore.Storage.Local.Records;

/// <summary>
/// Encodes the numbers and texts of records in as few bytes as possible. An inode of ext4 has room for 60 bytes of an attribute. A larger
/// attribute takes a block of the disk. Every put would have to write the block, and every overwrite would have to free it. Digests and
/// random ids are stored as the bytes that they stand for.
/// </summary>
internal static class PackedCodec
{
    private const ulong KindBits = 3;
    private const ulong Utf8 = 0;
    private const ulong Hex = 1;
    private const ulong Base64 = 2;

    /// <summary>The longest digest or id. Longer texts are neither.</summary>
    private const int LongestId = 64;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>Writes a number with seven bits in each byte, the lowest bits first. The eighth bit means that more bytes follow.</summary>
    public static void WriteNumber(IBufferWriter<byte> bytes, ulong value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            bytes.Write([(byte)(value | 0x80)]);
        }

        bytes.Write([(byte)value]);
    }

    /// <exception cref="ArgumentOutOfRangeException">The bytes are truncated, or are no number.</exception>
    public static ulong ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(shift, 63);
            byte next = bytes[..1][0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next <= 0x7F)
            {
                return value;
            }
        }
    }

    /// <summary>
    /// Writes a text. The number of its bytes comes first, with their kind in the two lowest bits. Then the bytes follow.
    /// </summary>
    public static void WriteText(IBufferWriter<byte> bytes, string value)
    {
        Span<byte> id = stackalloc byte[LongestId];
        if (TryPack(value, id, out int size, out ulong kind))
        {
            WriteNumber(bytes, ((ulong)size << 2) | kind);
            bytes.Write(id[..size]);
            return;
        }

        WriteNumber(bytes, (ulong)Encoding.UTF8.GetByteCount(value) << 2);
        Encoding.UTF8.GetBytes(value, bytes);
    }

    /// <exception cref="ArgumentOutOfRangeException">The bytes are truncated, or are no text.</exception>
    public static string ReadText(ref ReadOnlySpan<byte> bytes)
    {
        ulong head = ReadNumber(ref bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(head >> 2, (ulong)bytes.Length);
        int size = (int)(head >> 2);
        ReadOnlySpan<byte> text = bytes[..size];
        bytes = bytes[size..];
        return (head & KindBits) switch
        {
            Utf8 => Encoding.UTF8.GetString(text),
            Hex => Convert.ToHexStringLower(text),
            Base64 => Base64Url.EncodeToString(text),
            _ => throw new ArgumentOutOfRangeException(nameof(bytes), "There is no such kind of text."),
        };
    }

    /// <summary>Finds the bytes that a text stands for, if the bytes decode to exactly this text.</summary>
    private static bool TryPack(string value, Span<byte> destination, out int size, out ulong kind)
    {
        (size, kind) = (0, Utf8);
        if (value.Length is 0 or > LongestId)
        {
            return false;
        }

        if (value.Length % 2 == 0 && !value.AsSpan().ContainsAnyExcept(LowerHex))
        {
            kind = Hex;
            return Convert.FromHexString(value, destination, out _, out size) == OperationStatus.Done;
        }

        // The decoder also accepts padding, white space and unused last bits, but the encoder would not restore them.
        kind = Base64;
        return Base64Url.IsValid(value)
            && Base64Url.TryDecodeFromChars(value, destination, out size)
            && Base64Url.EncodeToString(destination[..size]).Equals(value, StringComparison.Ordinal);
    }
}
