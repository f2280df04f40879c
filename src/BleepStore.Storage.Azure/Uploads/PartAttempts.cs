namespace BleepStore.Storage.Azure.Uploads;

/// <summary>The attempts of the parts of an upload, as far as this process knows them. Thread-safe.</summary>
internal sealed class PartAttempts
{
    private readonly Lock _lock = new();
    private readonly StagedNumbers _first = new();

    /// <summary>The highest attempts above 1. Most parts are sent once and have none.</summary>
    private readonly Dictionary<int, long> _later = [];

    /// <summary>Takes the first attempt of a part, unless it is taken.</summary>
    public bool TryFirst(int partNumber)
    {
        lock (_lock)
        {
            return _first.Add(partNumber);
        }
    }

    /// <summary>Takes the attempt after all others of a part.</summary>
    /// <param name="partNumber">The part.</param>
    /// <param name="listed">The highest attempt of each part that is stored.</param>
    public long Next(int partNumber, IEnumerable<KeyValuePair<int, long>> listed)
    {
        lock (_lock)
        {
            foreach ((int number, long attempt) in listed)
            {
                Note(number, attempt);
            }

            // A signed URL takes an attempt that no list shows before the URL is used.
            long next = _later.TryGetValue(partNumber, out long highest) ? highest + 1 : _first.Contains(partNumber) ? 2 : 1;
            Note(partNumber, next);
            return next;
        }
    }

    private void Note(int partNumber, long attempt)
    {
        _first.Add(partNumber);
        if (attempt > Math.Max(1, _later.GetValueOrDefault(partNumber)))
        {
            _later[partNumber] = attempt;
        }
    }
}
