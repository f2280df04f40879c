using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;

namespace BleepStore.Storage.Caching.Bodies;

/// <summary>Adds the memory of an entry itself to the size of its bytes. HybridCache counts only the bytes.</summary>
/// <param name="inner">The cache. Its owner disposes it.</param>
internal sealed class WeighedMemoryCache(IMemoryCache inner) : IMemoryCache
{
    /// <summary>
    /// The memory of an entry in bytes, without its value. It is that of the name, the entry, its place in the dictionary and the objects
    /// of HybridCache, rounded up.
    /// </summary>
    public const long EntrySize = 768;

    public ICacheEntry CreateEntry(object key) => new WeighedEntry(inner.CreateEntry(key));

    public bool TryGetValue(object key, out object? value) => inner.TryGetValue(key, out value);

    public void Remove(object key) => inner.Remove(key);

    public void Dispose()
    {
    }

    private sealed class WeighedEntry(ICacheEntry entry) : ICacheEntry
    {
        public object Key => entry.Key;

        public object? Value
        {
            get => entry.Value;
            set => entry.Value = value;
        }

        public DateTimeOffset? AbsoluteExpiration
        {
            get => entry.AbsoluteExpiration;
            set => entry.AbsoluteExpiration = value;
        }

        public TimeSpan? AbsoluteExpirationRelativeToNow
        {
            get => entry.AbsoluteExpirationRelativeToNow;
            set => entry.AbsoluteExpirationRelativeToNow = value;
        }

        public TimeSpan? SlidingExpiration
        {
            get => entry.SlidingExpiration;
            set => entry.SlidingExpiration = value;
        }

        public IList<IChangeToken> ExpirationTokens => entry.ExpirationTokens;

        public IList<PostEvictionCallbackRegistration> PostEvictionCallbacks => entry.PostEvictionCallbacks;

        public CacheItemPriority Priority
        {
            get => entry.Priority;
            set => entry.Priority = value;
        }

        public long? Size
        {
            get => entry.Size;
            set => entry.Size = value + EntrySize;
        }

        public void Dispose() => entry.Dispose();
    }
}
