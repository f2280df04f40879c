using System.Buffers;
using System.Buffers.Binary;

namespace BleepStore.Storage.Local.Records;

/// <summary>
/// Encodes records as bytes. A record has a version, a bit for each optional value, numbers, and texts with their lengths. The encoding is
/// compact (<see cref="PackedCodec"/>), so an ordinary record fits in its file's inode. ext4 has room for little more than 4,000 bytes in
/// all.
/// </summary>
internal static class RecordCodec
{
    /// <summary>An older version. Its records do not name the file that they were made for.</summary>
    private const byte Unbound = 2;

    private const byte Version = 3;
    private const byte Refuted = 4;
    private const int TextCount = 7;

    /// <summary>The bit of the expiry, after those of the texts.</summary>
    private const int HasExpiry = 1 << TextCount;

    public static ReadOnlySpan<byte> Encode(ObjectRecord record)
    {
        ObjectAttributes attributes = record.Attributes;
        string?[] texts =
        [
            record.WriteToken,
            attributes.ContentType,
            attributes.ContentEncoding,
            attributes.ContentLanguage,
            attributes.ContentDisposition,
            attributes.CacheControl,
            attributes.StorageClass,
        ];
        int present = attributes.Expires is null ? 0 : HasExpiry;
        for (int text = 0; text < TextCount; text++)
        {
            present |= texts[text] is null ? 0 : 1 << text;
        }

        var bytes = new ArrayBufferWriter<byte>(256);
        bytes.Write([record.IsRefuted ? Refuted : Version, (byte)present]);
        PackedCodec.WriteNumber(bytes, (ulong)record.Size);
        Write(bytes, record.Modified);
        Write(bytes, (long)record.File, FileIdentity.Size);
        PackedCodec.WriteText(bytes, record.WriteId);
        PackedCodec.WriteText(bytes, record.ETag);
        if (ObjectProof.IsComposite(record.ETag))
        {
            PartSizes.Write(bytes, record.Parts);
        }

        foreach (string? text in texts)
        {
            if (text is not null)
            {
                PackedCodec.WriteText(bytes, text);
            }
        }

        if (attributes.Expires is { } expires)
        {
            Write(bytes, expires.ToUnixTimeSeconds());
        }

        foreach ((string name, string value) in attributes.Metadata)
        {
            PackedCodec.WriteText(bytes, name);
            PackedCodec.WriteText(bytes, value);
        }

        return bytes.WrittenSpan;
    }

    /// <summary>Reads a record.</summary>
    /// <param name="bytes">The bytes that <see cref="Encode"/> wrote.</param>
    /// <returns>The record. <see langword="null"/> when the bytes are no record, because other programs can write them.</returns>
    public static ObjectRecord? TryDecode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return bytes.Length > 1 && bytes[0] is Unbound or Version or Refuted ? Decode(bytes[2..], bytes[0], bytes[1]) : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            // The record is truncated, because a slice went past the end.
            return null;
        }
    }

    private static ObjectRecord Decode(ReadOnlySpan<byte> bytes, byte version, int present)
    {
        long size = (long)PackedCodec.ReadNumber(ref bytes);
        long modified = ReadNumber(ref bytes);
        ulong file = version == Unbound ? 0 : (ulong)ReadNumber(ref bytes, FileIdentity.Size);
        string writeId = PackedCodec.ReadText(ref bytes);
        string etag = PackedCodec.ReadText(ref bytes);
        PartSizes? parts = version != Unbound && ObjectProof.IsComposite(etag) ? PartSizes.Read(ref bytes) : null;
        string?[] texts = new string?[TextCount];
        for (int text = 0; text < TextCount; text++)
        {
            texts[text] = (present & (1 << text)) != 0 ? PackedCodec.ReadText(ref bytes) : null;
        }

        DateTimeOffset? expires = (present & HasExpiry) != 0 ? DateTimeOffset.FromUnixTimeSeconds(ReadNumber(ref bytes)) : null;
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (!bytes.IsEmpty)
        {
            string name = PackedCodec.ReadText(ref bytes);
            metadata[name] = PackedCodec.ReadText(ref bytes);
        }

        return new ObjectRecord
        {
            Size = size,
            Modified = modified,
            File = file,
            IsRefuted = version == Refuted,
            WriteId = writeId,
            ETag = etag,
            Parts = parts,
            WriteToken = texts[0],
            Attributes = new ObjectAttributes
            {
                ContentType = texts[1],
                ContentEncoding = texts[2],
                ContentLanguage = texts[3],
                ContentDisposition = texts[4],
                CacheControl = texts[5],
                StorageClass = texts[6],
                Expires = expires,
                Metadata = metadata,
            },
        };
    }

    private static void Write(ArrayBufferWriter<byte> bytes, long value, int size = sizeof(long))
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes.GetSpan(sizeof(long)), value);
        bytes.Advance(size);
    }

    private static long ReadNumber(ref ReadOnlySpan<byte> bytes, int size = sizeof(long))
    {
        Span<byte> value = stackalloc byte[sizeof(long)];
        value.Clear();
        bytes[..size].CopyTo(value);
        bytes = bytes[size..];
        return BinaryPrimitives.ReadInt64LittleEndian(value);
    }
}
