using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Decorators.Concurrency;

/// <summary>The places of the requests that may be in progress at a time. First come, first served. Thread-safe.</summary>
/// <remarks>
/// A program that reads an object while it writes another needs two places at once, and each request would wait for the other for ever. So
/// a request that waits for its program lends its place after <see cref="Patience"/>, but only while another request waits. When the
/// program goes on, the request takes the place back at once. For that moment more requests than places can be under way.
/// </remarks>
/// <param name="count">How many places there are.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestPlaces(int count, TimeProvider time) : IDisposable
{
    /// <summary>How long a request may wait for its program before its place is lent.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly HashSet<RequestPlace> _idle = [];
    private int _left = count;
    private ITimer? _timer;
    private bool _isWatching;
    private bool _isDisposed;

    /// <summary>How many requests wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>How many places are free. Negative while more requests than places are under way.</summary>
    public int Left
    {
        get
        {
            lock (_lock)
            {
                return _left;
            }
        }
    }

    /// <summary>Waits for a place.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The place. The request gives it back by disposing it.</returns>
    /// <exception cref="ObjectDisposedException">The store was disposed.</exception>
    public ValueTask<RequestPlace> EnterAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<RequestPlace>(cancellationToken);
        }

        var waiter = new Waiter();
        lock (_lock)
        {
            if (_isDisposed)
            {
                return ValueTask.FromException<RequestPlace>(Disposed());
            }

            if (_waiting.Count == 0 && _left > 0)
            {
                return ValueTask.FromResult(Take());
            }

            _waiting.AddLast(waiter.Node);
            Watch();
        }

        return new ValueTask<RequestPlace>(WaitAsync(waiter, cancellationToken));
    }

    /// <summary>Takes further places that nobody waits for.</summary>
    /// <param name="most">How many at most.</param>
    public List<RequestPlace> TakeFree(int most)
    {
        var taken = new List<RequestPlace>();
        lock (_lock)
        {
            while (taken.Count < most && _waiting.Count == 0 && _left > 0 && !_isDisposed)
            {
                taken.Add(Take());
            }
        }

        return taken;
    }

    /// <summary>Ends the waiting of all requests. Those that are under way go on.</summary>
    public void Dispose()
    {
        Waiter[] waiting;
        lock (_lock)
        {
            _isDisposed = true;
            waiting = [.. _waiting];
            _waiting.Clear();
            _timer?.Dispose();
        }

        foreach (Waiter waiter in waiting)
        {
            waiter.TrySetException(Disposed());
        }
    }

    /// <summary>From now on the request waits for its program.</summary>
    public void BeginIdle(RequestPlace place)
    {
        lock (_lock)
        {
            if (!place.HasEnded)
            {
                place.IdleSince = time.GetTimestamp();
                _idle.Add(place);
            }
        }
    }

    /// <summary>The program goes on. The request must not wait, because it could wait for a request of the same program.</summary>
    public void EndIdle(RequestPlace place)
    {
        lock (_lock)
        {
            _idle.Remove(place);
            if (place is { IsHeld: false, HasEnded: false })
            {
                place.IsHeld = true;
                _left--;
            }
        }
    }

    public void Leave(RequestPlace place)
    {
        lock (_lock)
        {
            if (place.HasEnded)
            {
                return;
            }

            place.HasEnded = true;
            _idle.Remove(place);
            GiveBack(place);
            Admit();
        }
    }

    private static ObjectDisposedException Disposed() =>
        new(
            typeof(ObjectStore).FullName,
            "The store was disposed while the request waited for its turn (WithConcurrencyLimit). Nothing was sent.");

    private async Task<RequestPlace> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (places, waiter) = ((RequestPlaces, Waiter))state!;
                places.GiveUp(waiter, token);
            },
            (this, waiter));
        await using (registration.ConfigureAwait(false))
        {
            return await waiter.Task.ConfigureAwait(false);
        }
    }

    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (waiter.Node.List is null)
            {
                // The request received its place a moment before.
                return;
            }

            _waiting.Remove(waiter.Node);
        }

        waiter.TrySetCanceled(cancellationToken);
    }

    private RequestPlace Take()
    {
        _left--;
        return new RequestPlace(this);
    }

    private void GiveBack(RequestPlace place)
    {
        if (place.IsHeld)
        {
            place.IsHeld = false;
            _left++;
        }
    }

    private void Admit()
    {
        while (_left > 0 && _waiting.First is { } first)
        {
            _waiting.Remove(first);
            first.Value.TrySetResult(Take());
        }
    }

    /// <summary>Looks for places to lend, as long as a request waits.</summary>
    private void Watch()
    {
        if (!_isWatching)
        {
            _isWatching = true;
            _timer ??= Timers.Create(time, static places => ((RequestPlaces)places!).Lend(), this);
            _timer.Change(Patience / 4, Timeout.InfiniteTimeSpan);
        }
    }

    private void Lend()
    {
        lock (_lock)
        {
            _isWatching = false;
            if (_isDisposed)
            {
                return;
            }

            foreach (RequestPlace place in _idle)
            {
                if (place.IsHeld && time.GetElapsedTime(place.IdleSince) >= Patience)
                {
                    GiveBack(place);
                }
            }

            Admit();
            if (_waiting.Count > 0)
            {
                Watch();
            }
        }
    }

    private sealed class Waiter : TaskCompletionSource<RequestPlace>
    {
        public Waiter()
            : base(TaskCreationOptions.RunContinuationsAsynchronously) => Node = new LinkedListNode<Waiter>(this);

        public LinkedListNode<Waiter> Node { get; }
    }
}
