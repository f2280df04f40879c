namespace BleepStore.Storage.Basics;

/// <summary>Timers that outlive the operation that happens to make them.</summary>
internal static class Timers
{
    /// <summary>Creates a timer that is not set, and that keeps nothing of the execution context.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="callback">Called when the timer fires.</param>
    /// <param name="state">Handed to <paramref name="callback"/>.</param>
    public static ITimer Create(TimeProvider time, TimerCallback callback, object state)
    {
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        try
        {
            return time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            flow?.Undo();
        }
    }
}
