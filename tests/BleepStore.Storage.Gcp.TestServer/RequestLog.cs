namespace BleepStore.Storage.Gcp.TestServer;

/// <summary>The requests to the server, in order of arrival. Thread-safe.</summary>
public sealed class RequestLog
{
    private readonly Lock _lock = new();
    private readonly List<RequestRecord> _records = [];
    private int _count;

    /// <summary>The requests since the last <see cref="Clear"/>.</summary>
    public IReadOnlyList<RequestRecord> Records
    {
        get
        {
            lock (_lock)
            {
                return [.. _records];
            }
        }
    }

    /// <summary>The operations since the last <see cref="Clear"/>.</summary>
    public IReadOnlyList<string> Operations => [.. Records.Select(static record => record.Operation)];

    /// <summary>Forgets; the numbers go on.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _records.Clear();
        }
    }

    internal RequestRecord Add(Func<int, RequestRecord> make)
    {
        lock (_lock)
        {
            RequestRecord record = make(++_count);
            _records.Add(record);
            return record;
        }
    }
}
