namespace BleepStore.Storage.Azure.Uploads;

/// <summary>The attempts of the uploads that this process has used last. Thread-safe.</summary>
/// <param name="capacity">The most uploads. Uploads can be abandoned, so the oldest one makes room for a new one.</param>
internal sealed class AttemptLog(int capacity)
{
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, PartAttempts> _uploads = new(StringComparer.Ordinal);

    public PartAttempts? Find(string uploadId)
    {
        lock (_lock)
        {
            return _uploads.GetValueOrDefault(uploadId);
        }
    }

    public PartAttempts GetOrAdd(string uploadId)
    {
        lock (_lock)
        {
            if (_uploads.TryGetValue(uploadId, out PartAttempts? known))
            {
                return known;
            }

            if (_uploads.Count == capacity)
            {
                _uploads.RemoveAt(0);
            }

            var added = new PartAttempts();
            _uploads.Add(uploadId, added);
            return added;
        }
    }

    public void Remove(string uploadId)
    {
        lock (_lock)
        {
            _uploads.Remove(uploadId);
        }
    }
}
