using System.Buffers.Text;
using System.Security.Cryptography;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// Keys that the application holds in memory. One of them is current and encrypts new objects, the others only read. Immutable and
/// thread-safe. To rotate, make a ring with another current key, and keep the old keys as long as there are objects of theirs.
/// </summary>
public sealed class KeyRing : IKeyRing, IDisposable
{
    private readonly Dictionary<string, DataKey> _keys = new(StringComparer.Ordinal);
    private bool _isDisposed;

    /// <summary>Creates a ring of one key.</summary>
    /// <param name="keyId">
    /// The id of the key. It has 1 to 128 printable ASCII characters without spaces. Every object keeps it in the clear.
    /// </param>
    /// <param name="key">32 random bytes. They are copied.</param>
    /// <exception cref="ArgumentException">An argument breaks its rule.</exception>
    public KeyRing(string keyId, ReadOnlySpan<byte> key)
    {
        _keys.Add(keyId, new DataKey(keyId, key));
        CurrentKeyId = keyId;
    }

    /// <summary>Makes a ring of several keys.</summary>
    /// <param name="currentKeyId">The id of the key that encrypts new objects.</param>
    /// <param name="keys">
    /// The keys by their ids. Each has 32 random bytes, which are copied. An id has 1 to 128 printable ASCII characters without spaces.
    /// </param>
    /// <exception cref="ArgumentException">An argument breaks its rule, or no key has the current id. No message shows a key.</exception>
    public KeyRing(string currentKeyId, IEnumerable<KeyValuePair<string, byte[]>> keys)
    {
        ArgumentNullException.ThrowIfNull(currentKeyId);
        ArgumentNullException.ThrowIfNull(keys);
        foreach ((string id, byte[] key) in keys)
        {
            _keys.Add(id, new DataKey(id, key));
        }

        if (!_keys.ContainsKey(currentKeyId))
        {
            throw new ArgumentException(
                $"No key has the current id '{Visible.Text(currentKeyId)}'. Add the key, or use the id of an existing one.", nameof(
                    currentKeyId));
        }

        CurrentKeyId = currentKeyId;
    }

    /// <summary>The id of the key that encrypts new objects.</summary>
    public string CurrentKeyId { get; }

    /// <summary>Makes a ring of keys in Base64, as configuration has them.</summary>
    /// <param name="currentKeyId">The id of the key that encrypts new objects.</param>
    /// <param name="keys">The keys by their ids, each 32 random bytes in Base64.</param>
    /// <exception cref="ArgumentException">An argument breaks its rule, or no key has the current id. No message shows a key.</exception>
    public static KeyRing FromBase64(string currentKeyId, IEnumerable<KeyValuePair<string, string>> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var decoded = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            foreach ((string id, string key) in keys)
            {
                decoded.Add(id, Decode(id, key));
            }

            return new KeyRing(currentKeyId, decoded);
        }
        finally
        {
            foreach (byte[] key in decoded.Values)
            {
                CryptographicOperations.ZeroMemory(key);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The ring was disposed.</exception>
    public ValueTask<DataKey> GetCurrentKeyAsync(CancellationToken cancellationToken = default) => new(Copy(_keys[CurrentKeyId]));

    /// <inheritdoc/>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.AccessDenied"/> when the ring has no such key.</exception>
    /// <exception cref="ObjectDisposedException">The ring was disposed.</exception>
    public ValueTask<DataKey> GetKeyAsync(string keyId, ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return _keys.TryGetValue(keyId, out DataKey? key)
            ? new ValueTask<DataKey>(Copy(key))
            : throw new StorageException(
                StorageErrorCode.AccessDenied,
                $"The key ring has no key '{keyId}', which the object was encrypted with. Add the key to the ring.");
    }

    /// <summary>Clears the keys. Afterwards the ring can neither read nor write objects.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isDisposed, true);
        Interlocked.MemoryBarrier();
        foreach (DataKey key in _keys.Values)
        {
            key.Dispose();
        }
    }

    /// <summary>Returns the ids of the keys, and nothing of the keys.</summary>
    public override string ToString() => $"{nameof(KeyRing)} {CurrentKeyId} of {string.Join(", ", _keys.Keys)}";

    /// <summary>A copy that was made while the ring was cleared would encrypt with zeros, so the ring is checked afterwards.</summary>
    private DataKey Copy(DataKey key)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
        var copy = new DataKey(key.KeyId, key.Key);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isDisposed))
        {
            copy.Dispose();
            throw new ObjectDisposedException(GetType().FullName);
        }

        return copy;
    }

    private static byte[] Decode(string id, string key) => key is not null && Base64.IsValid(key, out int length) && length == DataKey.Size
        ? Convert.FromBase64String(key)
        : throw new ArgumentException($"The key '{Visible.Text(id)}' must be {DataKey.Size} random bytes in Base64.", nameof(key));
}
