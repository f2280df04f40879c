namespace BleepStore.Storage.Azure;

/// <summary>Numbers uploads of parts so that a later one has a higher number: the clock, and in one process never the same twice nor going back.</summary>
internal sealed class BlockAttempts(TimeProvider time)
{
    private long _last;

    public long Next()
    {
        while (true)
        {
            long last = Interlocked.Read(ref _last);
            long next = Math.Max(last + 1, time.GetUtcNow().UtcTicks);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }
}
