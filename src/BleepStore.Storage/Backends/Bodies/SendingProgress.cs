namespace BleepStore.Storage.Backends.Bodies;

/// <summary>How far the body of a call was sent, over all attempts that the SDK makes. It moves the limit of the call.</summary>
/// <param name="limit">The limit of the call.</param>
/// <param name="rental">The rental of the limit. After its end nothing is moved.</param>
/// <param name="idle">How long the upstream may accept no byte.</param>
/// <param name="answer">How long the waits for an answer may be, all attempts together.</param>
/// <param name="time">The clock.</param>
internal sealed class SendingProgress(TimeLimit limit, long rental, TimeSpan idle, TimeSpan answer, TimeProvider time)
{
    private const long NotWaiting = -1;

    private TimeSpan _waitLeft = answer;
    private long _waitsSince = NotWaiting;
    private bool _isSending;
    private bool _wasSent;

    /// <summary>Whether it is the turn of the upstream to accept bytes.</summary>
    public bool IsSending => Volatile.Read(ref _isSending);

    /// <summary>Whether the body was sent whole, perhaps in an earlier attempt.</summary>
    public bool WasSent => Volatile.Read(ref _wasSent);

    private bool IsUsedUp => _waitLeft <= TimeSpan.Zero && _waitLeft != Timeout.InfiniteTimeSpan;

    /// <summary>The body is sent from its beginning.</summary>
    /// <exception cref="OperationCanceledException">The body was sent too often.</exception>
    public void Begin()
    {
        EndWait();
        limit.CountSending(rental);
    }

    /// <summary>Records that the SDK received bytes and must now send them.</summary>
    public void Progress()
    {
        if (limit.Set(rental, IsUsedUp ? TimeSpan.Zero : idle))
        {
            Volatile.Write(ref _isSending, !IsUsedUp);
        }
    }

    /// <summary>The source of the body is read. It may take as long as it likes.</summary>
    public void Pause()
    {
        if (!IsUsedUp)
        {
            limit.Pause(rental);
        }
    }

    /// <summary>The last byte was handed to the SDK.</summary>
    public void Sent()
    {
        Volatile.Write(ref _wasSent, true);
        if (limit.Set(rental, IsUsedUp ? TimeSpan.Zero : _waitLeft))
        {
            Volatile.Write(ref _isSending, false);
            _waitsSince = time.GetTimestamp();
        }
    }

    /// <summary>The time that the SDK waited for an answer is lost when it sends the body again.</summary>
    private void EndWait()
    {
        if (_waitsSince == NotWaiting)
        {
            return;
        }

        if (_waitLeft != Timeout.InfiniteTimeSpan)
        {
            TimeSpan left = _waitLeft - time.GetElapsedTime(_waitsSince);
            _waitLeft = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        _waitsSince = NotWaiting;
    }
}
