using System.Runtime.ExceptionServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Timeouts;

/// <summary>Starts the timers of requests.</summary>
/// <param name="firstByte">How long a request may wait for its answer.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestTimers(TimeSpan firstByte, TimeProvider time)
{
    private const string ToWaitLonger = "To wait longer, raise the time of WithTimeout.";

    private volatile RequestLimits _limits = RequestLimits.Default with { Answer = firstByte };

    /// <summary>Takes over the limits of the store but that of answers.</summary>
    public void SetLimits(RequestLimits limits) => _limits = limits with { Answer = firstByte };

    public RequestTimer Start(CancellationToken cancellationToken) => RequestTimer.Start(_limits, ToWaitLonger, time, cancellationToken);

    /// <summary>Copies and completions take longer for larger objects. The store has a separate limit for them.</summary>
    public RequestTimer StartServerWork(CancellationToken cancellationToken) =>
        RequestTimer.StartServerWork(_limits, time, cancellationToken);

    /// <summary>Sends a request.</summary>
    /// <param name="timer">Its timer. Disposed at the end.</param>
    /// <param name="isWrite">Whether the request changes something.</param>
    /// <param name="body">Its body, when it has one. A request that waits for its turn has not opened it, and was not sent.</param>
    /// <param name="target">The sender.</param>
    /// <param name="request">The request.</param>
    /// <param name="send">Sends it.</param>
    public static async Task<T> RunAsync<TTarget, TRequest, T>(
        RequestTimer timer,
        bool isWrite,
        TimedBody? body,
        TTarget target,
        TRequest request,
        Func<TTarget, TRequest, CancellationToken, Task<T>> send)
    {
        using (timer)
        {
            try
            {
                return await send(target, request, timer.Token).ConfigureAwait(false);
            }
            catch (Exception thrown) when (timer.Explain(thrown, isWrite && body is not { WasOpened: false }) is { } error)
            {
                ExceptionDispatchInfo.Throw(error);
                throw;
            }
        }
    }
}
