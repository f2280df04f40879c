using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>
/// What this process knows of the uploads that it met last. The oldest are dropped, because uploads can be abandoned. Thread-safe.
/// </summary>
/// <typeparam name="T">What is known of an upload.</typeparam>
/// <param name="most">How many uploads are kept.</param>
internal sealed class RecentUploads<T>(int most)
    where T : class
{
    private readonly ConcurrentDictionary<string, T> _known = new(StringComparer.Ordinal);

    /// <summary>The uploads in the order in which they were added. It can still hold some that were removed.</summary>
    private readonly ConcurrentQueue<string> _order = new();

    public bool Contains(string uploadId) => _known.ContainsKey(uploadId);

    public bool TryGet(string uploadId, [NotNullWhen(true)] out T? value) => _known.TryGetValue(uploadId, out value);

    /// <summary>Returns what is known, or adds a value. Adding can drop the oldest upload.</summary>
    public T GetOrAdd(string uploadId, T value)
    {
        if (_known.TryGetValue(uploadId, out T? known))
        {
            return known;
        }

        T added = _known.GetOrAdd(uploadId, value);
        _order.Enqueue(uploadId);
        while (_order.Count > most && _order.TryDequeue(out string? oldest))
        {
            _known.TryRemove(oldest, out _);
        }

        return added;
    }

    public void Remove(string uploadId) => _known.TryRemove(uploadId, out _);
}
