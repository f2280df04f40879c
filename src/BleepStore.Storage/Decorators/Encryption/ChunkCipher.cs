using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// Seals and opens the chunks of one salt. A stored chunk is the salt, the ciphertext and the tag. The nonce consists of the chunk's number
/// in the object and a flag for the last chunk (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). One thread at a
/// time.
/// </summary>
internal sealed class ChunkCipher : IDisposable
{
    public const int SaltSize = 16;

    public const int TagSize = 16;

    /// <summary>No key seals more chunks than NIST SP 800-38D allows.</summary>
    private const long MaximumChunks = 1L << 32;

    private const int NonceSize = 12;

    private readonly byte[] _salt;
    private readonly AesGcm _cipher;

    public ChunkCipher(ObjectKey key, ReadOnlySpan<byte> salt)
    {
        _salt = salt.ToArray();
        _cipher = key.CreateCipher(salt);
    }

    /// <summary>Makes the cipher of one attempt to write, with a fresh salt.</summary>
    public static ChunkCipher Create(ObjectKey key)
    {
        Span<byte> salt = stackalloc byte[SaltSize];
        RandomNumberGenerator.Fill(salt);
        return new ChunkCipher(key, salt);
    }

    /// <summary>Whether a stored chunk has the salt of this cipher.</summary>
    public bool IsOf(ReadOnlySpan<byte> stored) => stored.StartsWith(_salt);

    /// <summary>Seals a chunk.</summary>
    /// <param name="chunk">The number of the chunk in the object, from 0.</param>
    /// <param name="isLast">Whether the object ends with it.</param>
    /// <param name="plain">The bytes.</param>
    /// <param name="stored">Takes the stored form.</param>
    /// <returns>The tag, in <paramref name="stored"/>.</returns>
    public ReadOnlySpan<byte> Seal(long chunk, bool isLast, ReadOnlySpan<byte> plain, Span<byte> stored)
    {
        if (chunk >= MaximumChunks)
        {
            throw new StorageException(
                StorageErrorCode.EntityTooLarge,
                $"An encrypted object has at most {MaximumChunks} chunks of {StoredSize.Chunk} bytes. Store it as several objects.");
        }

        Span<byte> nonce = stackalloc byte[NonceSize];
        WriteNonce(nonce, chunk, isLast);
        Span<byte> tag = stored.Slice(SaltSize + plain.Length, TagSize);
        _salt.CopyTo(stored);
        _cipher.Encrypt(nonce, plain, stored.Slice(SaltSize, plain.Length), tag);
        return tag;
    }

    /// <summary>Opens a chunk. Nothing of it shows before all of it was verified.</summary>
    /// <param name="chunk">The number of the chunk in the object, from 0.</param>
    /// <param name="isLast">Whether the object ends with it.</param>
    /// <param name="stored">The stored form.</param>
    /// <param name="plain">Takes the bytes. Cleared when the chunk is damaged.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.BadDigest"/>.</exception>
    public void Open(long chunk, bool isLast, ReadOnlySpan<byte> stored, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        WriteNonce(nonce, chunk, isLast);
        try
        {
            _cipher.Decrypt(nonce, stored.Slice(SaltSize, plain.Length), stored[(SaltSize + plain.Length)..], plain);
        }
        catch (AuthenticationTagMismatchException mismatch)
        {
            CryptographicOperations.ZeroMemory(plain);
            throw Damaged.Chunk(chunk, mismatch);
        }
    }

    public void Dispose() => _cipher.Dispose();

    private static void WriteNonce(Span<byte> nonce, long chunk, bool isLast)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce, chunk);
        nonce[^1] = isLast ? (byte)1 : (byte)0;
    }
}
