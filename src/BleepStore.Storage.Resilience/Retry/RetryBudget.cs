namespace BleepStore.Storage.Resilience.Retry;

/// <summary>Limits the repetitions of all calls of one store. Thread-safe.</summary>
/// <param name="size">How many repetitions are allowed without a success between them. <see langword="null"/> for any number.</param>
/// <remarks>The idea is that of gRPC ("Retry throttling", gRFC A6) and of the standard mode of the AWS SDKs.</remarks>
internal sealed class RetryBudget(int? size)
{
    /// <summary>The budget is counted in tenths of a repetition.</summary>
    private const long Whole = 10;

    private readonly long _most = (size ?? 0) * Whole;
    private long _left = (size ?? 0) * Whole;

    /// <summary>Takes a repetition.</summary>
    /// <returns><see langword="false"/> when the budget is empty.</returns>
    public bool TryTake()
    {
        if (size is null)
        {
            return true;
        }

        long left = Volatile.Read(ref _left);
        while (left >= Whole)
        {
            long seen = Interlocked.CompareExchange(ref _left, left - Whole, left);
            if (seen == left)
            {
                return true;
            }

            left = seen;
        }

        return false;
    }

    /// <summary>Notes that a call has succeeded.</summary>
    /// <param name="wasRepeated">Whether its last attempt was a repetition.</param>
    public void Succeeded(bool wasRepeated)
    {
        // The budget is usually full, and reading it is cheap on all processors.
        long left = Volatile.Read(ref _left);
        while (left < _most)
        {
            long seen = Interlocked.CompareExchange(ref _left, Math.Min(_most, left + (wasRepeated ? Whole : 1)), left);
            if (seen == left)
            {
                return;
            }

            left = seen;
        }
    }
}
