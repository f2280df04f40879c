namespace BleepStore.Storage.Azure.Buckets;

/// <summary>
/// Markers of the service's for listings that can start nowhere else. A page that follows another starts at the marker before its first
/// name instead of at the beginning, so that all pages cost what is on them. Bounded, and only a help: a marker that is not here costs
/// requests. Thread-safe.
/// </summary>
internal sealed class ListMarkers
{
    private const int MaxMarkers = 256;

    private readonly Lock _lock = new();
    private readonly SortedList<string, string> _markers = new(StringComparer.Ordinal);

    /// <summary>Remembers a marker.</summary>
    /// <param name="name">The last name of the page that ended with it.</param>
    /// <param name="marker">The marker; nothing at the end of the listing.</param>
    public void Note(string name, string? marker)
    {
        if (string.IsNullOrEmpty(marker))
        {
            return;
        }

        lock (_lock)
        {
            if (_markers.Count >= MaxMarkers)
            {
                _markers.Clear();
            }

            _markers[name] = marker;
        }
    }

    /// <summary>The marker of the last page that ended at a name or before it.</summary>
    /// <param name="name">The name that the next page starts after.</param>
    /// <returns><see langword="null"/> for the beginning.</returns>
    public string? Before(string name)
    {
        lock (_lock)
        {
            string? found = null;
            foreach ((string end, string marker) in _markers)
            {
                if (string.CompareOrdinal(end, name) > 0)
                {
                    break;
                }

                found = marker;
            }

            return found;
        }
    }
}
