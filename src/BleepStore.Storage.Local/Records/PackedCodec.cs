using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace BleepStore.Storage.Local.Records;

/// <summary>
/// Numbers and texts in as few bytes as they need, for records: an inode of ext4 has room for 60 bytes of an attribute, and one that is
/// larger takes a block of the disk, which every put would have to write and every overwrite to give back. Digests and random ids are kept
/// as the bytes that they stand for.
/// </summary>
internal static class PackedCodec
{
    private const ulong KindBits = 3;
    private const ulong Utf8 = 0;
    private const ulong Hex = 1;
    private const ulong Base64 = 2;

    /// <summary>Longer texts are neither digests nor ids.</summary>
    private const int LongestId = 64;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>A number: seven bits to a byte, the lowest first; the eighth says that more follow.</summary>
    public static void WriteNumber(IBufferWriter<byte> bytes, ulong value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            bytes.Write([(byte)(value | 0x80)]);
        }

        bytes.Write([(byte)value]);
    }

    /// <exception cref="ArgumentOutOfRangeException">The bytes are cut short, or no number.</exception>
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

    /// <summary>A text: the number of its bytes and, in the two lowest bits, what they are; then the bytes.</summary>
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

    /// <exception cref="ArgumentOutOfRangeException">The bytes are cut short, or no text.</exception>
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

    /// <summary>Finds the bytes that a text stands for, if it is exactly what they are written as.</summary>
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

        // Padding, white space and loose last bits are understood, too, but would not come back.
        kind = Base64;
        return Base64Url.IsValid(value)
            && Base64Url.TryDecodeFromChars(value, destination, out size)
            && Base64Url.EncodeToString(destination[..size]).Equals(value, StringComparison.Ordinal);
    }
}
