using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// The beginning of an encrypted object, of a fixed size. It identifies the key of the object. The keys of chunks are derived from all
/// bytes of the header, so a chunk opens only under its own header. docs/encryption-format.md has the fields.
/// </summary>
internal sealed class ObjectHeader
{
    public const int Size = 768;

    public const int SaltSize = 32;

    private const byte Version = 1;
    private const byte ChunkBits = 16;
    private const int KeyIdAt = 64;
    private const int WrappedKeyAt = KeyIdAt + DataKey.MaximumKeyIdLength;

    private readonly byte[] _bytes;
    private readonly int _wrappedLength;

    private ObjectHeader(byte[] bytes, string keyId, int wrappedLength, PartLayout? layout)
    {
        _bytes = bytes;
        _wrappedLength = wrappedLength;
        KeyId = keyId;
        Layout = layout;
    }

    /// <summary>The id of the key.</summary>
    public string KeyId { get; }

    /// <summary>The wrapped form of the key, which can be empty.</summary>
    public ReadOnlyMemory<byte> WrappedKey => _bytes.AsMemory(WrappedKeyAt, _wrappedLength);

    /// <summary>The layout of the parts that the object was written in. <see langword="null"/> for one part.</summary>
    public PartLayout? Layout { get; }

    public ReadOnlySpan<byte> Salt => _bytes.AsSpan(32, SaltSize);

    public ReadOnlyMemory<byte> Bytes => _bytes;

    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'B', (byte)'L', (byte)'P', (byte)'E', (byte)'N', (byte)'C', 0x0A];

    /// <summary>Makes the header of a new object, with a fresh salt.</summary>
    public static ObjectHeader Create(DataKey key, PartLayout? layout) => Create(key, layout, RandomNumberGenerator.GetBytes(SaltSize));

    /// <summary>Makes a header with a given salt. Only a test vector has a salt that is not random.</summary>
    public static ObjectHeader Create(DataKey key, PartLayout? layout, ReadOnlySpan<byte> salt)
    {
        byte[] bytes = new byte[Size];
        Magic.CopyTo(bytes);
        bytes[8] = Version;
        bytes[9] = ChunkBits;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), (ushort)key.WrappedKey.Length);
        bytes[12] = (byte)key.KeyId.Length;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), layout?.PartSize ?? 0);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(24), layout?.LargestPart ?? 0);
        salt.CopyTo(bytes.AsSpan(32, SaltSize));
        Encoding.ASCII.GetBytes(key.KeyId, bytes.AsSpan(KeyIdAt));
        key.WrappedKey.Span.CopyTo(bytes.AsSpan(WrappedKeyAt));
        return new ObjectHeader(bytes, key.KeyId, key.WrappedKey.Length, layout);
    }

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">The first bytes of an object, at most <see cref="Size"/>.</param>
    /// <returns><see langword="null"/> when the object is not encrypted.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/> for a later version of the format. <see cref="StorageErrorCode.BadDigest"/> when the
    /// header is damaged.
    /// </exception>
    public static ObjectHeader? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Magic.Length || !bytes.StartsWith(Magic))
        {
            return null;
        }

        if (bytes.Length < Size)
        {
            throw Damaged.Header("ends early");
        }

        if (bytes[8] != Version)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                $"The object is encrypted in version {bytes[8]} of the format, but this library reads version {Version}. "
                + "Read the object with a later version of the library.");
        }

        int wrappedLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]);
        if (bytes[9] != ChunkBits || wrappedLength > DataKey.MaximumWrappedKeySize || bytes[12] is 0 or > DataKey.MaximumKeyIdLength)
        {
            throw Damaged.Header("has sizes that no object has");
        }

        string keyId = Encoding.Latin1.GetString(bytes.Slice(KeyIdAt, bytes[12]));
        if (!DataKey.IsKeyId(keyId))
        {
            throw Damaged.Header("has no key id");
        }

        return new ObjectHeader(bytes[..Size].ToArray(), keyId, wrappedLength, ReadLayout(bytes));
    }

    private static PartLayout? ReadLayout(ReadOnlySpan<byte> bytes)
    {
        var layout = new PartLayout(BinaryPrimitives.ReadInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadInt64BigEndian(bytes[24..]));
        if (layout == default)
        {
            return null;
        }

        bool isPossible = layout.PartSize >= StoredSize.Chunk
            && layout.PartSize <= layout.LargestPart
            && layout.LargestPart <= ObjectStoreOptions.MaximumPartSize
            && layout.PartSize % StoredSize.Chunk == 0
            && layout.LargestPart % StoredSize.Chunk == 0;
        return isPossible ? layout : throw Damaged.Header("has part sizes that no object has");
    }
}
