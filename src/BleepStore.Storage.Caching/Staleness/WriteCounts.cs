namespace BleepStore.Storage.Caching.Staleness;

/// <summary>
/// Counts the writes of this store, before and after each. Properties that were learnt while the count of their key was another are out of
/// date. Keys share counters, which costs a look upstream now and then. Thread-safe.
/// </summary>
internal sealed class WriteCounts
{
    private const int Counters = 1024;

    private readonly long[] _counts = new long[Counters];
    private long _everything;

    /// <summary>Returns a number that every later write of the key changes.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    public long Of(string bucket, string key) => Volatile.Read(ref CounterOf(bucket, key)) + Volatile.Read(ref _everything);

    /// <summary>Counts a write of a key.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    public void Add(string bucket, string key) => Interlocked.Increment(ref CounterOf(bucket, key));

    /// <summary>Counts a write of every key.</summary>
    public void AddToAll() => Interlocked.Increment(ref _everything);

    private ref long CounterOf(string bucket, string key)
    {
        int hash = HashCode.Combine(bucket.GetHashCode(StringComparison.Ordinal), key.GetHashCode(StringComparison.Ordinal));
        return ref _counts[(uint)hash % Counters];
    }
}
