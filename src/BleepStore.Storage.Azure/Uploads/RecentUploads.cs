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
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, T> _known = new(StringComparer.Ordinal);

    public bool Contains(string uploadId) => TryGet(uploadId, out _);

    public bool TryGet(string uploadId, [NotNullWhen(true)] out T? value)
    {
        lock (_lock)
        {
            return _known.TryGetValue(uploadId, out value);
        }
    }

    /// <summary>Returns the known value of an upload, or adds one. Adding can drop the oldest upload.</summary>
    public T GetOrAdd(string uploadId, T value)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(uploadId, out T? known))
            {
                return known;
            }

            if (_known.Count == most)
            {
                _known.RemoveAt(0);
            }

            _known.Add(uploadId, value);
            return value;
        }
    }

    public void Remove(string uploadId)
    {
        lock (_lock)
        {
            _known.Remove(uploadId);
        }
    }
}
