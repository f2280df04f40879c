using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace BleepStore.Storage.Tests.Decorators.Encryption;

/// <summary>The example of the page about decorators.</summary>
public sealed class WrappedKeys(IWrappingService service, string masterKeyId, TimeProvider time) : IKeyRing, IDisposable
{
    private const int MostKeys = 1000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, CachedKey> _keys = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private CachedKey? _current;

    public async ValueTask<DataKey> GetCurrentKeyAsync(CancellationToken cancellationToken = default)
    {
        if (_current is { } current && IsFresh(current))
        {
            return current.Copy();
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_current is not { } found || !IsFresh(found))
            {
                // A new data key each time. Old objects keep the wrapped form of theirs.
                byte[] key = RandomNumberGenerator.GetBytes(DataKey.Size);
                byte[] wrapped = await service.WrapAsync(masterKeyId, key, cancellationToken);
                _current = found = Add(masterKeyId, key, wrapped);
            }

            return found.Copy();
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask<DataKey> GetKeyAsync(
        string keyId, ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken = default)
    {
        if (_keys.TryGetValue(NameOf(keyId, wrappedKey), out CachedKey? found) && IsFresh(found))
        {
            return found.Copy();
        }

        byte[] key = await service.UnwrapAsync(keyId, wrappedKey, cancellationToken);
        return Add(keyId, key, wrappedKey).Copy();
    }

    public void Dispose() => _turn.Dispose();

    private static string NameOf(string keyId, ReadOnlyMemory<byte> wrappedKey) => $"{keyId} {Convert.ToBase64String(wrappedKey.Span)}";

    private bool IsFresh(CachedKey key) => time.GetElapsedTime(key.Since) < Lifetime;

    private CachedKey Add(string keyId, byte[] key, ReadOnlyMemory<byte> wrappedKey)
    {
        if (_keys.Count >= MostKeys)
        {
            _keys.Clear();
        }

        return _keys[NameOf(keyId, wrappedKey)] = new CachedKey(new DataKey(keyId, key, wrappedKey.Span), time.GetTimestamp());
    }

    /// <summary>The store disposes the key that it gets, so it gets a copy.</summary>
    private sealed record CachedKey(DataKey Key, long Since)
    {
        public DataKey Copy() => new(Key.KeyId, Key.Key, Key.WrappedKey.Span);
    }
}
