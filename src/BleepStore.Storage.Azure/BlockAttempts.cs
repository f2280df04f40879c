namespace BleepStore.Storage.Azure;

/// <summary>Numbers the blocks of uploads that only this process knows, so that a later block has a higher number.</summary>
internal sealed class BlockAttempts
{
    private long _last;

    public long Next() => Interlocked.Increment(ref _last);
}
