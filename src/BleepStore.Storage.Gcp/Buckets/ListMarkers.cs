namespace BleepStore.Storage.Gcp.Buckets;

/// <summary>
/// Remembers the service's tokens for the pages that come next, by the last name of the page before. Keeps the latest few. Thread-safe.
/// </summary>
internal sealed class ListMarkers
{
    private const int Capacity = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _markers = new(StringComparer.Ordinal);
    private readonly Queue<string> _names = new();

    public string? Find(string lastName)
    {
        lock (_lock)
        {
            return _markers.GetValueOrDefault(lastName);
        }
    }

    public void Note(string lastName, string marker)
    {
        lock (_lock)
        {
            if (_markers.TryAdd(lastName, marker))
            {
                _names.Enqueue(lastName);
            }
            else
            {
                _markers[lastName] = marker;
            }

            if (_names.Count > Capacity)
            {
                _markers.Remove(_names.Dequeue());
            }
        }
    }
}
