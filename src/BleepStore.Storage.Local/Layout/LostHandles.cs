namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// Handles of files that a cleaner has deleted and that were made again. The last few stay open, for writes that still use them. Not
/// thread-safe. The owner adds handles under the lock under which it makes the files again.
/// </summary>
/// <typeparam name="T">The type that holds the handles.</typeparam>
internal sealed class LostHandles<T> : IDisposable
    where T : IDisposable
{
    private const int Most = 8;

    private readonly Queue<T> _kept = new();

    public IEnumerable<T> All => _kept;

    public void Add(T lost)
    {
        _kept.Enqueue(lost);
        if (_kept.Count > Most)
        {
            _kept.Dequeue().Dispose();
        }
    }

    public void Dispose()
    {
        foreach (T lost in _kept)
        {
            lost.Dispose();
        }
    }
}
