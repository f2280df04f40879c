namespace BleepStore.Storage.AspNetCore.Files;

/// <summary>
/// Remembers the properties of objects for a while. However many threads ask for one key at a time, the store is asked once. Thread-safe.
/// </summary>
internal sealed class PropertyCache(Bucket bucket, int capacity, TimeSpan duration, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<Entry> _byAge = [];

    /// <returns><see langword="null"/> where there is no object.</returns>
    public async Task<ObjectProperties?> GetAsync(string key)
    {
        Entry entry = FindOrAdd(key);
        try
        {
            return await entry.Found.Value.ConfigureAwait(false);
        }
        catch
        {
            // A failure is not remembered, so the next caller asks again.
            Remove(entry);
            throw;
        }
    }

    /// <summary>Removes an object whose properties are out of date.</summary>
    public void Forget(string key)
    {
        lock (_lock)
        {
            _entries.Remove(key);
        }
    }

    private Entry FindOrAdd(string key)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out Entry? known) && time.GetElapsedTime(known.Began) < duration)
            {
                return known;
            }

            var entry = new Entry(key, time.GetTimestamp(), new Lazy<Task<ObjectProperties?>>(() => HeadAsync(key)));
            _entries[key] = entry;
            _byAge.Enqueue(entry);
            while (_entries.Count > capacity)
            {
                RemoveLocked(_byAge.Dequeue());
            }

            if (_byAge.Count > 2L * capacity)
            {
                DropDead();
            }

            return entry;
        }
    }

    /// <summary>Drops the entries that were replaced or forgotten from the queue. They take no place in the cache.</summary>
    private void DropDead()
    {
        for (int left = _byAge.Count; left > 0; left--)
        {
            Entry entry = _byAge.Dequeue();
            if (IsCurrent(entry))
            {
                _byAge.Enqueue(entry);
            }
        }
    }

    private bool IsCurrent(Entry entry) => _entries.TryGetValue(entry.Key, out Entry? current) && ReferenceEquals(current, entry);

    private void Remove(Entry entry)
    {
        lock (_lock)
        {
            RemoveLocked(entry);
        }
    }

    /// <summary>A newer entry of the key stays.</summary>
    private void RemoveLocked(Entry entry)
    {
        if (IsCurrent(entry))
        {
            _entries.Remove(entry.Key);
        }
    }

    private async Task<ObjectProperties?> HeadAsync(string key)
    {
        try
        {
            // One request serves all callers, and IFileProvider has no token.
            return await bucket.HeadAsync(key, options: null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code is StorageErrorCode.NoSuchKey or StorageErrorCode.InvalidKey)
        {
            // A name that cannot be a key is a file that does not exist.
            return null;
        }
    }

    private sealed record Entry(string Key, long Began, Lazy<Task<ObjectProperties?>> Found);
}
