namespace BleepStore.Storage.Backends;

/// <summary>
/// Limits one call of an SDK. While a body is sent, standing still ends the call. When the body is sent, the wait for the answer begins. A
/// call without a body waits for its answer
/// from the start. The limits count for the whole call, with the attempts that the SDK makes by itself. The waits of all attempts together
/// must not be longer than the limit.
/// </summary>
/// <remarks>
/// Give <see cref="Token"/> to the SDK in place of the caller's token, and the body through <see cref="Watch"/>. When the SDK throws, ask
/// <see cref="Explain"/> first.
/// Dispose the timer when the call has ended. One call at a time; a timer for each call costs one small object.
/// </remarks>
public sealed class RequestTimer : IDisposable
{
    /// <summary>
    /// An SDK sends a body again after a failure and after a redirect. Some follow redirects without end. While a body is sent no limit
    /// expires, so the count of its sendings ends that.
    /// </summary>
    private const int MostSends = 50;

    private const long NotWaiting = -1;

    private readonly TimeProvider _time;
    private readonly RequestLimits _limits;
    private readonly bool _worksOnServer;
    private readonly CancellationToken _caller;
    private TimeLimit? _limit;
    private TimeSpan _waitLeft;
    private long _waitsSince;
    private int _sends;
    private bool _isSending;
    private bool _hasBody;
    private bool _wasSent;
    private bool _hasExpired;

    private RequestTimer(RequestLimits limits, bool worksOnServer, TimeProvider time, CancellationToken caller)
    {
        _limits = limits;
        _worksOnServer = worksOnServer;
        _time = time;
        _caller = caller;
        _waitLeft = AnswerLimit;
        _waitsSince = NotWaiting;
        _limit = TimeLimit.Rent(time, this);
        Token = _limit.Token;
        _limit.Link(this, caller);
        _limit.Set(this, AnswerLimit);
    }

    /// <summary>The token for the SDK. It is cancelled when a limit expires and when the caller cancels.</summary>
    public CancellationToken Token { get; }

    /// <summary>Whether a limit has expired. The call may have succeeded in the same moment.</summary>
    public bool HasExpired => _hasExpired || _limit?.HasPassed == true;

    /// <summary>
    /// Whether the SDK keeps the token after the call, such as a body that the SDK opens again by itself. The token then serves no other
    /// call. Default: <see langword="false"/>.
    /// </summary>
    public bool IsTokenKept { get; set; }

    private static string IdleOption => nameof(ObjectStoreOptions.IdleTimeout);

    private string AnswerOption => _worksOnServer ? nameof(ObjectStoreOptions.ServerWorkTimeout) : nameof(ObjectStoreOptions.AnswerTimeout);

    private bool IsUsedUp => _waitLeft <= TimeSpan.Zero && _waitLeft != Timeout.InfiniteTimeSpan;

    private TimeSpan AnswerLimit => _worksOnServer ? _limits.ServerWork : _limits.Answer;

    /// <summary>Starts the timer of a call that is answered soon: <see cref="RequestLimits.Answer"/>.</summary>
    /// <param name="limits">The limits, <see cref="StorageBackend.Limits"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public static RequestTimer Start(RequestLimits limits, TimeProvider time, CancellationToken cancellationToken) =>
        Start(limits, worksOnServer: false, time, cancellationToken);

    /// <summary>
    /// Starts the timer of a call that takes work on the server, such as a copy, a completion or a compose:
    /// <see cref="RequestLimits.ServerWork"/>.
    /// </summary>
    /// <param name="limits">The limits, <see cref="StorageBackend.Limits"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public static RequestTimer StartServerWork(RequestLimits limits, TimeProvider time, CancellationToken cancellationToken) =>
        Start(limits, worksOnServer: true, time, cancellationToken);

    /// <summary>
    /// Watches a body while the SDK sends it. Every read by the SDK is progress. The time that the source of the body takes does not count.
    /// A body that is rewound, or a
    /// new one, is sent from its beginning.
    /// </summary>
    /// <param name="body">The body, which is disposed with the stream that is returned. Where it can seek, its length tells when it is
    /// sent; otherwise its end does.</param>
    /// <returns>The stream for the SDK, which seeks where <paramref name="body"/> does.</returns>
    public Stream Watch(Stream body)
    {
        ArgumentNullException.ThrowIfNull(body);
        _hasBody = true;
        return new WatchedBody(this, body);
    }

    /// <summary>Says what it means that the SDK threw, when it threw because a limit expired.</summary>
    /// <param name="thrown">What the SDK threw.</param>
    /// <param name="isWrite">Whether the call changes something. The outcome is then unknown, unless the body was never sent whole.</param>
    /// <returns>
    /// <see cref="StorageErrorCode.RequestTimeout"/>; <see langword="null"/> when no limit has expired, when the caller cancelled, or when
    /// the cause is a <see cref="StorageException"/>, such as that of
    /// a failing source.
    /// </returns>
    public StorageException? Explain(Exception thrown, bool isWrite)
    {
        if (_caller.IsCancellationRequested || UpstreamErrors.Own(thrown) is not null)
        {
            return null;
        }

        if (_sends > MostSends)
        {
            const string reason = "The upstream wanted the body again and again. Look for a redirect that leads back to where it began.";
            return new StorageException(StorageErrorCode.RequestTimeout, reason, thrown) { IsOutcomeUnknown = isWrite };
        }

        if (!HasExpired)
        {
            return null;
        }

        (string what, string option) = Volatile.Read(ref _isSending)
            ? ($"The upstream took no byte of the body for {RequestLimits.Seconds(_limits.Idle)} s.", IdleOption)
            : ($"The upstream did not answer within {RequestLimits.Seconds(AnswerLimit)} s.", AnswerOption);
        return new StorageException(StorageErrorCode.RequestTimeout, $"{what} {RequestLimits.ToWaitLonger(option)}", thrown)
        {
            IsOutcomeUnknown = isWrite && (!_hasBody || Volatile.Read(ref _wasSent)),
        };
    }

    /// <summary>Ends the limits. May be called more than once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _limit, null) is { } limit)
        {
            limit.Unlink(this);
            _hasExpired = limit.HasPassed;
            limit.Return(this, canReuse: !IsTokenKept);
        }
    }

    /// <summary>The body is sent from its beginning.</summary>
    /// <exception cref="OperationCanceledException">It was sent too often. <see cref="Explain"/> says so.</exception>
    internal void Begin()
    {
        EndWait();
        if (++_sends > MostSends)
        {
            throw new OperationCanceledException("The body was sent too often.");
        }
    }

    /// <summary>Bytes were handed to the SDK, and it is its turn.</summary>
    internal void Progress()
    {
        if (_limit?.Set(this, IsUsedUp ? TimeSpan.Zero : _limits.Idle) == true)
        {
            Volatile.Write(ref _isSending, !IsUsedUp);
        }
    }

    /// <summary>The source of the body is read. It may take as long as it likes.</summary>
    internal void Pause()
    {
        if (!IsUsedUp)
        {
            _limit?.Pause(this);
        }
    }

    /// <summary>The last byte was handed to the SDK.</summary>
    internal void Sent()
    {
        Volatile.Write(ref _wasSent, true);
        if (_limit?.Set(this, IsUsedUp ? TimeSpan.Zero : _waitLeft) == true)
        {
            Volatile.Write(ref _isSending, false);
            _waitsSince = _time.GetTimestamp();
        }
    }

    /// <summary>What the SDK waited for an answer is lost when it sends the body again.</summary>
    private void EndWait()
    {
        if (_waitsSince == NotWaiting)
        {
            return;
        }

        if (AnswerLimit != Timeout.InfiniteTimeSpan)
        {
            TimeSpan left = _waitLeft - _time.GetElapsedTime(_waitsSince);
            _waitLeft = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        _waitsSince = NotWaiting;
    }

    private static RequestTimer Start(RequestLimits limits, bool worksOnServer, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(time);
        return new RequestTimer(limits, worksOnServer, time, cancellationToken);
    }
}
