namespace BleepStore.Storage.Gcp;

/// <summary>How many times one request was sent.</summary>
internal sealed class AttemptCounter
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Increment() => Interlocked.Increment(ref _count);
}
