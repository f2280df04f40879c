namespace BleepStore.Storage.Engine.Parts;

/// <summary>
/// One part that is being sent. It decides how the part ends when its transfer stops. While the service cannot have the complete part, the
/// request is cancelled at once and its body is not read further. A complete part could still be stored after a cancellation, even after
/// the upload was aborted. It would then stay. So the answer is awaited, within limits. Thread-safe.
/// </summary>
internal sealed class PartFlight : IDisposable
{
    /// <summary>
    /// Services answer a part within a second or two of its last byte. A caller who cancels should not wait much longer for one that hangs.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _request;
    private readonly CancellationTokenRegistration _stopping;
    private readonly CancellationToken _stop;
    private int _isWhole;

    /// <param name="time">The clock of the grace.</param>
    /// <param name="hasBody">
    /// Whether the part is a body that is read through <see cref="Guard"/>. A part that the server copies has none, and is whole from the
    /// start.
    /// </param>
    /// <param name="stop">Stops the transfer.</param>
    public PartFlight(TimeProvider time, bool hasBody, CancellationToken stop)
    {
        _stop = stop;
        _isWhole = hasBody ? 0 : 1;
        _request = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _stopping = stop.UnsafeRegister(static flight => ((PartFlight)flight!).Stop(), this);
    }

    /// <summary>Cancels the request.</summary>
    public CancellationToken Token => _request.Token;

    /// <summary>The body to send instead of the part's own.</summary>
    public PartBody Guard(PartBody part) => new GuardedPart(part, this);

    /// <summary>Called before a body is opened.</summary>
    /// <exception cref="OperationCanceledException">The transfer was stopped.</exception>
    public void Begin()
    {
        Interlocked.Exchange(ref _isWhole, 0);
        RequireGoing();
    }

    /// <summary>Called before bytes of a body are handed out.</summary>
    /// <param name="areLast">Whether the service can have all of the part with these.</param>
    /// <exception cref="OperationCanceledException">The transfer was stopped.</exception>
    public void HandOut(bool areLast)
    {
        if (areLast)
        {
            // This is set before the stop is checked, and the stop is set before this is checked. So at least one side sees the other.
            Interlocked.Exchange(ref _isWhole, 1);
        }

        RequireGoing();
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _request.Dispose();
    }

    private void RequireGoing()
    {
        if (_stop.IsCancellationRequested)
        {
            _request.Cancel();
            throw new OperationCanceledException(_stop);
        }
    }

    private void Stop()
    {
        if (Interlocked.CompareExchange(ref _isWhole, 0, 0) == 0)
        {
            _request.Cancel();
        }
        else
        {
            _request.CancelAfter(Grace);
        }
    }
}
