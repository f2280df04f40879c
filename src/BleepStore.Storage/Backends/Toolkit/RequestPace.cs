using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// Paces the requests of a store while its service refuses many of them. Until then nothing waits. The pace follows the number of requests
/// that the service has answered within the last second. It rises while the service answers, and ends after a minute without many refusals.
/// One for each backend. Thread-safe.
/// </summary>
/// <remarks>
/// A backend calls <see cref="EnterAsync"/> before each attempt of a request, and <see cref="Answered"/> with the answer to the attempt.
/// The attempts that the SDK makes by itself count too. Without a pace, the retries of many callers keep a service over its limit, and each
/// caller runs out of retries.
/// </remarks>
/// <param name="time">The clock.</param>
public sealed class RequestPace(TimeProvider time)
{
    /// <summary>The pace after many refusals, as a fraction of the rate that the service has answered.</summary>
    private const double Lowered = 0.9;

    /// <summary>The growth of the pace per second above the rate that the service has answered.</summary>
    private const double Growth = 1.1;

    /// <summary>The growth of the first pace per second. Earlier answers say little about the limit.</summary>
    private const double FirstGrowth = 2;

    /// <summary>Fewer refusals within a second say nothing of a limit. They are left to the retries.</summary>
    private const int FewRefusals = 3;

    /// <summary>The part of the requests within a second that the service must refuse before the pace is lowered.</summary>
    private const double ManyRefusals = 0.15;

    /// <summary>The same while there is a pace. Then a limit is known, and each refusal takes one retry of a request.</summary>
    private const double ManyPacedRefusals = 0.05;

    /// <summary>
    /// So many refusals, one after another, are a limit too. Few callers who are answered quickly use up the second of a service. Then each
    /// is refused once, which is a small part of their requests. Without a pace, those who come late are refused again and again.
    /// </summary>
    private const int RefusalsInRow = 6;

    /// <summary>The lowest pace, in requests a second. A store that was idle has no answers to go by.</summary>
    private const double Least = 5;

    private const int Slots = 10;

    /// <summary>The time in which the pace rises to the rate that the service has answered.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(3);

    /// <summary>How long a pace is kept before it is judged. Many services count by the second.</summary>
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(1);

    /// <summary>How long after the last time that it was lowered the pace ends.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    /// <summary>A service that asks for a longer wait is answered by the SDK's retries, or by the failure of the call.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>How late a timer can be without slowing the pace.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();

    /// <summary>
    /// The attempts that wait, in their order. Only the first one has a turn. So an attempt that gives up costs no turn, and the others go
    /// on sooner when the pace rises.
    /// </summary>
    private readonly LinkedList<Waiter> _waiting = [];

    /// <summary>The results of the attempts within the last second, by tenths.</summary>
    private readonly Slot[] _slots = new Slot[Slots];

    private volatile bool _isPaced;
    private bool _isFirst;
    private int _refusedInRow;
    private double _answered;
    private long _lowered;
    private long _next;
    private ITimer? _timer;

    /// <summary>Waits for the turn of an attempt. First come, first served.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task EnterAsync(CancellationToken cancellationToken)
    {
        if (!_isPaced)
        {
            return Task.CompletedTask;
        }

        lock (_lock)
        {
            long now = time.GetTimestamp();
            Admit(now);
            if (!_isPaced)
            {
                return Task.CompletedTask;
            }

            if (_waiting.Count == 0 && _next <= now)
            {
                _next = now + Step(now);
                return Task.CompletedTask;
            }

            var waiter = new Waiter(this);
            _waiting.AddLast(waiter.Place);
            waiter.Registration = cancellationToken.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).GiveUp(token), waiter);
            Watch(now);
            return waiter.Task;
        }
    }

    /// <summary>Records the service's answer to an attempt. An attempt without an answer is not recorded.</summary>
    /// <param name="status">The HTTP status. 429, 503 and 509 mean too many requests.</param>
    /// <param name="retryAfter">
    /// How long the service asks to wait. When the service refuses many requests and asks for more than a second, no request is sent until
    /// then, for at most 30 seconds. A single refused request is left to its own retries.
    /// </param>
    /// <param name="code">
    /// The code of the refusal. <see cref="StorageErrorCode.SlowDown"/> means too many requests, regardless of the status. Google refuses
    /// some of them with 403, and S3 with 400 or in the body of a 200. The default is <see langword="null"/>, and the status decides.
    /// </param>
    public void Answered(int status, TimeSpan? retryAfter = null, StorageErrorCode? code = null)
    {
        if (status is 429 or 503 or 509 || code == StorageErrorCode.SlowDown)
        {
            SlowDown(retryAfter);
        }
        else
        {
            Succeed();
        }
    }

    /// <summary>The service has answered an attempt, with a success or with a refusal of another kind.</summary>
    internal void Succeed()
    {
        lock (_lock)
        {
            SlotOf(time.GetTimestamp()).Answered++;
            _refusedInRow = 0;
        }
    }

    /// <summary>The service has refused an attempt because there are too many.</summary>
    internal void SlowDown(TimeSpan? retryAfter)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            SlotOf(now).Refused++;
            _refusedInRow++;
            (int answered, int refused) = Within(now);
            bool areMany = refused >= FewRefusals && refused > (_isPaced ? ManyPacedRefusals : ManyRefusals) * (answered + refused);
            if (!areMany && _refusedInRow < RefusalsInRow)
            {
                return;
            }

            bool isTried = !_isPaced || time.GetElapsedTime(_lowered, now) >= Trial;
            if (answered == 0 && isTried)
            {
                // A service that answers nothing is down. Retries report that to the callers sooner than a pace would.
                _isPaced = false;
                Admit(now);
                return;
            }

            if (isTried)
            {
                Lower(answered, now);
            }

            // A second is the least that a service can ask for. The retries of the refused requests wait that long. If all others waited
            // too, a service that counts by the second would have nothing to do for a second.
            if (retryAfter is { } wait && wait > Trial && wait <= LongestWait)
            {
                Pause(now, wait);

                // The pace is judged, and rises, from the end of the wait.
                _lowered = Math.Max(_lowered, now + Ticks(wait - Trial));
            }
        }
    }

    /// <summary>Lets in whose turn has come, and all when the pace has ended.</summary>
    private void Admit(long now)
    {
        if (time.GetElapsedTime(_lowered, now) > Memory)
        {
            _isPaced = false;
        }

        while (_waiting.First is { } first && (!_isPaced || _next <= now))
        {
            _waiting.Remove(first);
            _next = Math.Max(_next, now - Ticks(Lateness)) + Step(now);
            first.Value.Registration.Unregister();
            first.Value.TrySetResult();
        }
    }

    private void AdmitInTime()
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            Admit(now);
            Watch(now);
        }
    }

    private void Watch(long now)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        _timer ??= Timers.Create(time, static pace => ((RequestPace)pace!).AdmitInTime(), this);

        // Timers drop fractions of a millisecond, so they would fire too early.
        double wait = Math.Ceiling(time.GetElapsedTime(now, Math.Max(_next, now)).TotalMilliseconds);
        _timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }

    private void Pause(long now, TimeSpan wait) => _next = Math.Max(_next, now + Ticks(wait));

    private long Step(long now) => (long)(time.TimestampFrequency / Rate(now));

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private void Lower(int answered, long now)
    {
        _answered = Math.Max(Least, _isPaced ? Math.Min(answered, Rate(now)) : answered);
        _isFirst = !_isPaced;
        if (_isFirst)
        {
            // This lasts until the service starts to count again.
            Pause(now, Trial);
        }

        _lowered = now;
        _isPaced = true;
    }

    /// <summary>Requests a second.</summary>
    private double Rate(long now)
    {
        TimeSpan since = _lowered < now ? time.GetElapsedTime(_lowered, now) : TimeSpan.Zero;
        return _isFirst ? _answered * Lowered * Math.Pow(FirstGrowth, since.TotalSeconds)
            : since < Recovery ? _answered * (Lowered + ((1 - Lowered) * (since / Recovery)))
            : _answered * Math.Pow(Growth, (since - Recovery).TotalSeconds);
    }

    /// <summary>The slot of a moment within the last tenth of a second.</summary>
    private ref Slot SlotOf(long now)
    {
        long tenth = now / (time.TimestampFrequency / Slots);
        ref Slot slot = ref _slots[tenth % Slots];
        if (slot.Tenth != tenth)
        {
            slot = new Slot { Tenth = tenth };
        }

        return ref slot;
    }

    /// <summary>The results of the attempts within the last second.</summary>
    private (int Answered, int Refused) Within(long now)
    {
        long oldest = (now / (time.TimestampFrequency / Slots)) - Slots;
        (int answered, int refused) = (0, 0);
        foreach (Slot slot in _slots)
        {
            if (slot.Tenth > oldest)
            {
                answered += slot.Answered;
                refused += slot.Refused;
            }
        }

        return (answered, refused);
    }

    private sealed class Waiter : TaskCompletionSource
    {
        private readonly RequestPace _pace;

        public Waiter(RequestPace pace)
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
            _pace = pace;
            Place = new LinkedListNode<Waiter>(this);
        }

        public LinkedListNode<Waiter> Place { get; }

        /// <summary>Ends with the waiting. The lock of the pace guards it.</summary>
        public CancellationTokenRegistration Registration { get; set; }

        public void GiveUp(CancellationToken cancellationToken)
        {
            lock (_pace._lock)
            {
                if (Place.List is not null)
                {
                    _pace._waiting.Remove(Place);
                    TrySetCanceled(cancellationToken);
                }
            }
        }
    }

    private struct Slot
    {
        public long Tenth;
        public int Answered;
        public int Refused;
    }
}
