using System.Security.Cryptography;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// The key from which the keys of an object's chunks are derived. HKDF-SHA256 extracts it from the data key with the salt of the header.
/// Thread-safe until it is disposed.
/// </summary>
internal sealed class ObjectKey : IDisposable
{
    private readonly byte[] _secret = GC.AllocateUninitializedArray<byte>(SHA256.HashSizeInBytes, pinned: true);
    private volatile bool _isDisposed;

    /// <param name="key">The data key.</param>
    /// <param name="header">The header of the object.</param>
    public ObjectKey(DataKey key, ObjectHeader header)
    {
        HKDF.Extract(HashAlgorithmName.SHA256, key.Key, header.Salt, _secret);
        Header = header;
    }

    public ObjectHeader Header { get; }

    private static ReadOnlySpan<byte> Label => "BleepStore.Storage encryption 1\n"u8;

    /// <summary>Makes the cipher of the chunks that have a salt.</summary>
    /// <exception cref="ObjectDisposedException">The secret was cleared, and zeros must not encrypt.</exception>
    public AesGcm CreateCipher(ReadOnlySpan<byte> salt)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Span<byte> info = stackalloc byte[Label.Length + ObjectHeader.Size + ChunkCipher.SaltSize];
        Label.CopyTo(info);
        Header.Bytes.Span.CopyTo(info[Label.Length..]);
        salt.CopyTo(info[(Label.Length + ObjectHeader.Size)..]);
        Span<byte> key = stackalloc byte[DataKey.Size];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, key, info);
        var cipher = new AesGcm(key, ChunkCipher.TagSize);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    public void Dispose()
    {
        _isDisposed = true;
        CryptographicOperations.ZeroMemory(_secret);
    }
}
