namespace BleepStore.Storage.Azure.Buckets;

/// <summary>
/// The service's markers, for listings that cannot start at a name. A later page starts at the marker before its first name instead of at
/// the beginning. So the cost of every page depends only on its own entries. The cache is bounded and optional, because a missing marker
/// only costs requests. Thread-safe.
/// </summary>
internal sealed class ListMarkers
{
    private const int MaxMarkers = 256;

    private readonly Lock _lock = new();
    private readonly SortedList<string, string> _markers = new(StringComparer.Ordinal);

    /// <summary>Remembers a marker.</summary>
    /// <param name="name">The last name of the page that ended with it.</param>
    /// <param name="marker">The marker. It is <see langword="null"/> at the end of the listing.</param>
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
