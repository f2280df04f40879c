using System.Buffers.Binary;
using System.Numerics;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// CRC-32C, the checksum that every object in Google Cloud Storage has ("Hashes and ETags"). By the processor's own instruction where it
/// has one (SSE 4.2, Arm), else in software.
/// </summary>
internal struct Crc32C
{
    private uint _inverted;

    /// <summary>The checksum of the appended bytes in the service's form, which is Base64 of four bytes, the highest first.</summary>
    public readonly string Text
    {
        get
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, _inverted);
            return Convert.ToBase64String(bytes);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~_inverted;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        _inverted = ~crc;
    }
}
