using System.Security.Cryptography;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// A key that <c>WithEncryption</c> derives the keys of objects from. It owns a copy of the bytes and clears the copy when it is disposed.
/// </summary>
public sealed class DataKey : IDisposable
{
    /// <summary>The size of a key in bytes (32).</summary>
    public const int Size = 32;

    /// <summary>The longest <see cref="KeyId"/> in characters (128).</summary>
    public const int MaximumKeyIdLength = 128;

    /// <summary>The largest <see cref="WrappedKey"/> in bytes (512). An RSA key of 4,096 bits makes as many.</summary>
    public const int MaximumWrappedKeySize = 512;

    private readonly byte[] _key;
    private readonly byte[] _wrappedKey;
    private bool _isDisposed;

    /// <summary>Creates a key.</summary>
    /// <param name="keyId">
    /// The id of the key that wrapped this one, or of this one where nothing is wrapped. It has 1 to <see cref="MaximumKeyIdLength"/>
    /// printable ASCII characters without spaces. Every object keeps it in the clear.
    /// </param>
    /// <param name="key">The key, <see cref="Size"/> bytes. They are copied.</param>
    /// <param name="wrappedKey">
    /// The wrapped form of the key, at most <see cref="MaximumWrappedKeySize"/> bytes. Every object keeps it in the clear. Empty where the
    /// id alone identifies the key.
    /// </param>
    /// <exception cref="ArgumentException">An argument breaks its rule.</exception>
    public DataKey(string keyId, ReadOnlySpan<byte> key, ReadOnlySpan<byte> wrappedKey = default)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        if (!IsKeyId(keyId))
        {
            throw new ArgumentException(
                $"A key id is 1 to {MaximumKeyIdLength} printable ASCII characters without spaces, and not '{Visible.Text(keyId)}'.",
                nameof(keyId));
        }

        if (key.Length != Size)
        {
            throw new ArgumentException($"The key '{keyId}' has {key.Length} bytes, but {Size} are required.", nameof(key));
        }

        if (wrappedKey.Length > MaximumWrappedKeySize)
        {
            throw new ArgumentException(
                $"The wrapped key '{keyId}' has {wrappedKey.Length} bytes. At most {MaximumWrappedKeySize} fit.", nameof(wrappedKey));
        }

        KeyId = keyId;

        // Otherwise the garbage collector could leave copies that cannot be cleared.
        _key = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
        key.CopyTo(_key);
        _wrappedKey = wrappedKey.ToArray();
    }

    /// <summary>The id of the key.</summary>
    public string KeyId { get; }

    /// <summary>The key itself, <see cref="Size"/> bytes. Not valid after disposal.</summary>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public ReadOnlySpan<byte> Key
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _key;
        }
    }

    /// <summary>The wrapped form of the key, or nothing.</summary>
    public ReadOnlyMemory<byte> WrappedKey => _wrappedKey;

    /// <summary>Clears the key. It may be called more than once.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        CryptographicOperations.ZeroMemory(_key);
    }

    /// <summary>Returns the id of the key, and nothing of the key.</summary>
    public override string ToString() => $"{nameof(DataKey)} {KeyId}";

    internal static bool IsKeyId(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaximumKeyIdLength && !text.ContainsAnyExceptInRange('!', '~');
}
