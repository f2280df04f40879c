using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>The bytes of an object, which never change. A composition shares them with its sources.</summary>
internal sealed class Content
{
    private readonly ReadOnlyMemory<byte>[] _pieces;

    private Content(ReadOnlyMemory<byte>[] pieces, byte[]? md5)
    {
        _pieces = pieces;
        Length = pieces.Sum(static piece => (long)piece.Length);
        Crc32C = Checksum(pieces);
        Md5 = md5;
    }

    public long Length { get; }

    /// <summary>Base64 of the big-endian checksum ("Hashes and ETags: Best practices").</summary>
    public string Crc32C { get; }

    /// <summary>16 bytes; composite objects have none ("Composite objects").</summary>
    public byte[]? Md5 { get; }

    public static Content FromBytes(ReadOnlyMemory<byte> bytes) => new([bytes], MD5.HashData(bytes.Span));

    public static Content Compose(IEnumerable<Content> sources) => new([.. sources.SelectMany(static source => source._pieces)], md5: null);

    public async Task WriteAsync(Stream destination, long offset, long length, CancellationToken cancellationToken)
    {
        foreach (ReadOnlyMemory<byte> piece in _pieces)
        {
            if (offset >= piece.Length)
            {
                offset -= piece.Length;
                continue;
            }

            ReadOnlyMemory<byte> slice = piece[(int)offset..];
            slice = slice[..(int)Math.Min(slice.Length, length)];
            await destination.WriteAsync(slice, cancellationToken);
            offset = 0;
            length -= slice.Length;
            if (length == 0)
            {
                return;
            }
        }
    }

    public Stream Open()
    {
        var bytes = new MemoryStream();
        foreach (ReadOnlyMemory<byte> piece in _pieces)
        {
            bytes.Write(piece.Span);
        }

        bytes.Position = 0;
        return bytes;
    }

    private static string Checksum(ReadOnlyMemory<byte>[] pieces)
    {
        uint crc = uint.MaxValue;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            ReadOnlySpan<byte> rest = piece.Span;
            for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
            {
                crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            }

            foreach (byte b in rest)
            {
                crc = BitOperations.Crc32C(crc, b);
            }
        }

        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~crc);
        return Convert.ToBase64String(bytes);
    }
}
