using System.Buffers.Binary;
using System.Numerics;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>CRC-32C without a library, by the processor's instruction, eight bytes at a time.</summary>
internal struct PlainChecksum()
{
    private uint _state = uint.MaxValue;

    /// <summary>As the service spells it.</summary>
    public readonly string Text
    {
        get
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, ~_state);
            return Convert.ToBase64String(bytes);
        }
    }

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var checksum = new PlainChecksum();
        checksum.Append(bytes);
        return checksum.Text;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint state = _state;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte one in bytes)
        {
            state = BitOperations.Crc32C(state, one);
        }

        _state = state;
    }
}
