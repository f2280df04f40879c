using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>The bytes of an object, which never change. A composition shares them with its sources.</summary>
internal sealed class Content
{
    private const int PieceSize = 256 * 1024;

    private readonly ReadOnlyMemory<byte>[] _pieces;

    private Content(ReadOnlyMemory<byte>[] pieces, byte[]? md5)
    {
        _pieces = pieces;
        Length = pieces.Sum(static piece => (long)piece.Length);
        Crc32C = Checksum(pieces);
        Md5 = md5;
    }

    public long Length { get; }

    /// <summary>Base64 of the big-endian checksum ("Hashes and ETags", Best practices).</summary>
    public string Crc32C { get; }

    /// <summary>16 bytes; composite objects have none ("Composite objects").</summary>
    public byte[]? Md5 { get; }

    public static Content FromBytes(ReadOnlyMemory<byte> bytes) => new([bytes], MD5.HashData(bytes.Span));

    /// <summary>Reads and hashes a body at the same time, so a large one is neither stored twice nor read twice.</summary>
    public static async Task<Content> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var pieces = new List<ReadOnlyMemory<byte>>();
        byte[] buffer = GC.AllocateUninitializedArray<byte>(PieceSize);
        int filled = 0;
        int count;
        while ((count = await body.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0)
        {
            md5.AppendData(buffer, filled, count);
            filled += count;
            if (filled == buffer.Length)
            {
                pieces.Add(buffer);
                buffer = GC.AllocateUninitializedArray<byte>(PieceSize);
                filled = 0;
            }
        }

        if (filled > 0)
        {
            pieces.Add(buffer.AsSpan(0, filled).ToArray());
        }

        return new Content([.. pieces], md5.GetHashAndReset());
    }

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

    public byte[] ToArray()
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)Length);
        int at = 0;
        foreach (ReadOnlyMemory<byte> piece in _pieces)
        {
            piece.Span.CopyTo(bytes.AsSpan(at));
            at += piece.Length;
        }

        return bytes;
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
