namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// Remembers the service's tokens for the pages that come next, by the last name of the page before. Keeps the latest few. Thread-safe.
/// </summary>
internal sealed class PageTokens
{
    private const int Capacity = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private readonly Queue<string> _names = new();

    public string? Find(string lastName)
    {
        lock (_lock)
        {
            return _tokens.GetValueOrDefault(lastName);
        }
    }

    public void Keep(string lastName, string token)
    {
        lock (_lock)
        {
            if (_tokens.TryAdd(lastName, token))
            {
                _names.Enqueue(lastName);
            }
            else
            {
                _tokens[lastName] = token;
            }

            if (_names.Count > Capacity)
            {
                _tokens.Remove(_names.Dequeue());
            }
        }
    }
}
