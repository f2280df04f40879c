using BleepStore.Storage.Backends.Bodies;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// Limits one call of an SDK. While a body is sent, standing still ends the call. When the body is sent, the wait for the answer begins. A
/// call without a body waits for its answer from the start. The limits count for the whole call, with the attempts that the SDK makes by
/// itself. The waits of all attempts together must not be longer than the limit.
/// </summary>
/// <remarks>
/// Give <see cref="Token"/> to the SDK in place of the caller's token, and the body through <see cref="Watch"/>. When the SDK throws, ask
/// <see cref="Explain"/> first. Dispose the timer when the call has ended, and do not use it afterwards. The timer itself is pooled, so a
/// call allocates nothing for it. An SDK may keep the token. It can be cancelled later by another call, which a body that is read on must
/// treat as broken off.
/// </remarks>
public readonly struct RequestTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly RequestLimits _limits;
    private readonly bool _worksOnServer;
    private readonly string? _toWaitLonger;
    private readonly CancellationToken _caller;
    private readonly TimeLimit _limit;
    private readonly long _rental;

    private RequestTimer(RequestLimits limits, bool worksOnServer, string? toWaitLonger, TimeProvider time, CancellationToken caller)
    {
        _time = time;
        _limits = limits;
        _worksOnServer = worksOnServer;
        _toWaitLonger = toWaitLonger;
        _caller = caller;
        _limit = TimeLimit.Rent(time, out _rental);
        _limit.Link(_rental, caller);
        _limit.Set(_rental, AnswerLimit);
    }

    /// <summary>The token for the SDK. It is cancelled when a limit expires and when the caller cancels.</summary>
    public CancellationToken Token => _limit.Token;

    /// <summary>Whether a limit has expired. The call may have succeeded in the same moment.</summary>
    internal bool HasExpired => _limit.HasPassed;

    private static string IdleOption => nameof(ObjectStoreOptions.IdleTimeout);

    private string AnswerOption => _worksOnServer ? nameof(ObjectStoreOptions.ServerWorkTimeout) : nameof(ObjectStoreOptions.AnswerTimeout);

    private TimeSpan AnswerLimit => _worksOnServer ? _limits.ServerWork : _limits.Answer;

    /// <summary>Starts the timer of a call that is answered soon, with <see cref="RequestLimits.Answer"/>.</summary>
    /// <param name="limits">The limits, <see cref="StorageBackend.Limits"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public static RequestTimer Start(RequestLimits limits, TimeProvider time, CancellationToken cancellationToken) =>
        Start(limits, worksOnServer: false, toWaitLonger: null, time, cancellationToken);

    /// <summary>
    /// Starts the timer of a call that takes work on the server, such as a copy, a completion or a compose. The limit is
    /// <see cref="RequestLimits.ServerWork"/>.
    /// </summary>
    /// <param name="limits">The limits, <see cref="StorageBackend.Limits"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public static RequestTimer StartServerWork(RequestLimits limits, TimeProvider time, CancellationToken cancellationToken) =>
        Start(limits, worksOnServer: true, toWaitLonger: null, time, cancellationToken);

    /// <summary>Starts the timer of a call whose limit comes from another option than the store's.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="toWaitLonger">The sentence of the error message that names the option to raise.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    internal static RequestTimer Start(RequestLimits limits, string toWaitLonger, TimeProvider time, CancellationToken cancellationToken) =>
        Start(limits, worksOnServer: false, toWaitLonger, time, cancellationToken);

    /// <summary>
    /// Watches a body while the SDK sends it. Every read by the SDK is progress. The time that the source of the body takes does not count.
    /// A body that is rewound, or a new one, is sent from its beginning.
    /// </summary>
    /// <param name="body">
    /// The body, which is disposed with the stream that is returned. For a seekable body, its length determines when it is sent. For
    /// another, its end does.
    /// </param>
    /// <returns>The stream for the SDK. It is seekable if <paramref name="body"/> is.</returns>
    public Stream Watch(Stream body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (body is ReadOnlyMemoryStream { Length: <= WatchedStream.Step } few)
        {
            // The SDK writes such a body at once, so only the answer takes time.
            few.CountSendings(_limit, _rental);
            return few;
        }

        _limit.Body ??= new SendingProgress(_limit, _rental, _limits.Idle, AnswerLimit, _time);
        return new WatchedStream(_limit.Body, body);
    }

    /// <summary>
    /// Does not count the time in which a body is read before it is sent. The wait for the answer begins anew afterwards.
    /// </summary>
    /// <param name="body">The body, which is disposed with the stream that is returned.</param>
    internal Stream Ignore(Stream body)
    {
        _limit.Pause(_rental);
        return new AheadStream(body, this);
    }

    /// <summary>Maps an exception of the SDK when the cause is an expired limit.</summary>
    /// <param name="thrown">The exception that the SDK threw.</param>
    /// <param name="isWrite">
    /// Whether the call changes something. The outcome is then unknown, unless the body was never sent completely.
    /// </param>
    /// <returns>
    /// <see cref="StorageErrorCode.RequestTimeout"/>. The result is <see langword="null"/> when no limit has expired, when the caller
    /// cancelled, or when the cause is a <see cref="StorageException"/>, such as that of a failing source.
    /// </returns>
    public StorageException? Explain(Exception thrown, bool isWrite)
    {
        if (_caller.IsCancellationRequested || UpstreamErrors.Own(thrown) is not null)
        {
            return null;
        }

        if (_limit.WasSentTooOften)
        {
            const string reason = "The upstream requested the body too many times. Look for a redirect that leads in a circle.";
            return new StorageException(StorageErrorCode.RequestTimeout, reason, thrown) { IsOutcomeUnknown = isWrite };
        }

        if (!HasExpired)
        {
            return null;
        }

        SendingProgress? body = _limit.Body;
        (string what, string toDo) = body is { IsSending: true }
            ? ($"The upstream accepted no byte of the body for {RequestLimits.Seconds(_limits.Idle)} s.",
                RequestLimits.ToWaitLonger(IdleOption))
            : ($"The upstream did not answer within {RequestLimits.Seconds(AnswerLimit)} s.",
                _toWaitLonger ?? RequestLimits.ToWaitLonger(AnswerOption));
        return new StorageException(StorageErrorCode.RequestTimeout, $"{what} {toDo}", thrown)
        {
            IsOutcomeUnknown = isWrite && body is not { WasSent: false },
        };
    }

    /// <summary>Ends the limits. It may be called more than once.</summary>
    public void Dispose() => _limit.Return(_rental, canReuse: true);

    private static RequestTimer Start(
        RequestLimits limits, bool worksOnServer, string? toWaitLonger, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(time);
        return new RequestTimer(limits, worksOnServer, toWaitLonger, time, cancellationToken);
    }

    private void Restart() => _limit.Set(_rental, AnswerLimit);

    private sealed class AheadStream(Stream inner, RequestTimer timer) : PassingStream(inner)
    {
        private bool _isDisposed;

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync().ConfigureAwait(false);
            End();
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            End();
        }

        protected override void Pass(int count)
        {
        }

        private void End()
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                timer.Restart();
            }
        }
    }
}
