using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Budget;

/// <summary>
/// Limits the bytes that the transfers of a <see cref="TransferBudget"/> hold at a time. Waiting transfers hold neither buffers nor
/// descriptors.
/// </summary>
/// <remarks>
/// A transfer inside must never wait for one outside, or all would wait for ever. The upstream of a transfer answers or times out. The
/// source can do anything. Its reads may need another put, or a program that writes to many writers in turn. So a source that stands still
/// for <see cref="Patience"/> lends its share. A transfer that is started inside of another one passes freely.
/// </remarks>
/// <param name="capacity">How many bytes all transfers inside may hold.</param>
/// <param name="time">The clock.</param>
internal sealed class TransferGate(long capacity, TimeProvider time)
{
    /// <summary>
    /// The least share of a transfer. It bounds how many transfers are inside, because each has connections and files, too.
    /// </summary>
    public const long LeastShare = 2L * 1024 * 1024;

    /// <summary>The memory of a request whose body is held elsewhere, in buffers of this library and of the SDK.</summary>
    public const long ShareOfRequest = 1024 * 1024;

    /// <summary>How long a source may stand still before its share is lent.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The gates that the running code is inside of. There are several where a transfer runs inside one of another budget.
    /// </summary>
    private static readonly AsyncLocal<InsideOf?> Inside = new();

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly HashSet<TransferPass> _inside = [];
    private long _left = capacity;
    private ITimer? _timer;
    private bool _isWatching;

    /// <summary>How many bytes all transfers inside may hold.</summary>
    public long Capacity { get; } = capacity;

    /// <summary>
    /// The share of a large transfer that hashes and writes to a disk. The thread pool has no more threads than processors at first, and
    /// transfers that keep them all busy keep timers from firing.
    /// </summary>
    public long ShareOfThreads { get; } = capacity / Math.Max(4, 2 * Environment.ProcessorCount);

    /// <summary>How many bytes no transfer has.</summary>
    public long Left
    {
        get
        {
            lock (_lock)
            {
                return _left;
            }
        }
    }

    /// <summary>How many wait.</summary>
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

    /// <summary>
    /// Marks the running code, and everything that it starts, as inside. Call it from the asynchronous method that transfers, because the
    /// code does not see the mark after that method has returned.
    /// </summary>
    /// <returns>
    /// The mark to dispose at the end of the transfer. A task that a source has started can live longer than the transfer. Its later
    /// transfers are outside. <see langword="null"/> where the code is inside already.
    /// </returns>
    public IDisposable? MarkInside()
    {
        if (IsInside())
        {
            return null;
        }

        var mark = new InsideOf(this, Current());
        Inside.Value = mark;
        return mark;
    }

    /// <summary>Waits until there is room. First come, first served.</summary>
    /// <returns>The share to dispose at the end. <see langword="null"/> for a transfer inside another.</returns>
    /// <param name="bytes">How many bytes the transfer can hold. No transfer gets more than there are.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public ValueTask<TransferPass?> EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        if (IsInside())
        {
            return default;
        }

        var pass = new TransferPass(this, Math.Min(Math.Max(bytes, LeastShare), Capacity));
        Waiter waiter;
        lock (_lock)
        {
            if (_waiting.Count == 0 && Fits(pass))
            {
                Take(pass);
                return ValueTask.FromResult<TransferPass?>(pass);
            }

            waiter = Enqueue(pass, first: false);
        }

        return new ValueTask<TransferPass?>(WaitAsync(waiter, cancellationToken));
    }

    /// <summary>Takes a share for bytes that a transfer inside can also keep elsewhere. It never waits and never overtakes.</summary>
    /// <param name="bytes">How many bytes are held.</param>
    /// <returns>The share to dispose at the end. <see langword="null"/> when there is no room.</returns>
    public TransferPass? TryEnter(long bytes)
    {
        var pass = new TransferPass(this, bytes);
        lock (_lock)
        {
            if (_waiting.Count > 0 || !Fits(pass))
            {
                return null;
            }

            Take(pass);
            return pass;
        }
    }

    public void BeginWaiting(TransferPass pass)
    {
        lock (_lock)
        {
            pass.WaitingSince = time.GetTimestamp();
        }
    }

    public void EndWaiting(TransferPass pass)
    {
        lock (_lock)
        {
            pass.WaitingSince = 0;
        }
    }

    /// <summary>A transfer that was inside before comes before those that were not.</summary>
    public ValueTask GoOnAsync(TransferPass pass, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            pass.WaitingSince = 0;
            if (pass.IsHeld || pass.IsEnded)
            {
                return ValueTask.CompletedTask;
            }

            if (Fits(pass))
            {
                Take(pass);
                return ValueTask.CompletedTask;
            }

            waiter = Enqueue(pass, first: true);
        }

        return new ValueTask(WaitAsync(waiter, cancellationToken));
    }

    public void Leave(TransferPass pass)
    {
        lock (_lock)
        {
            pass.IsEnded = true;
            _inside.Remove(pass);
            GiveBack(pass);
            Admit();
        }
    }

    private bool IsInside()
    {
        for (InsideOf? inside = Inside.Value; inside is not null; inside = inside.Outer)
        {
            if (ReferenceEquals(inside.Gate, this) && !inside.HasEnded)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The innermost transfer that has not ended.</summary>
    private static InsideOf? Current()
    {
        InsideOf? inside = Inside.Value;
        while (inside is { HasEnded: true })
        {
            inside = inside.Outer;
        }

        return inside;
    }

    private async Task<TransferPass?> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (gate, waiter) = ((TransferGate, Waiter))state!;
                gate.GiveUp(waiter, token);
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
            if (waiter.Place.List is null)
            {
                // The transfer was admitted a moment before.
                return;
            }

            _waiting.Remove(waiter.Place);

            // A large transfer may have delayed smaller ones.
            Admit();
        }

        waiter.TrySetCanceled(cancellationToken);
    }

    private Waiter Enqueue(TransferPass pass, bool first)
    {
        var waiter = new Waiter(pass);
        if (first)
        {
            _waiting.AddFirst(waiter.Place);
        }
        else
        {
            _waiting.AddLast(waiter.Place);
        }

        Watch();
        return waiter;
    }

    private bool Fits(TransferPass pass) => pass.IsEnded || pass.Bytes <= _left;

    private void Take(TransferPass pass)
    {
        if (pass.IsEnded)
        {
            return;
        }

        _left -= pass.Bytes;
        pass.IsHeld = true;
        _inside.Add(pass);
    }

    private void GiveBack(TransferPass pass)
    {
        if (pass.IsHeld)
        {
            _left += pass.Bytes;
            pass.IsHeld = false;
        }
    }

    private void Admit()
    {
        while (_waiting.First is { } first && Fits(first.Value.Pass))
        {
            _waiting.Remove(first);
            Take(first.Value.Pass);
            first.Value.TrySetResult(first.Value.Pass);
        }
    }

    /// <summary>Looks for sources that stand still, as long as somebody waits.</summary>
    private void Watch()
    {
        if (!_isWatching)
        {
            _isWatching = true;
            _timer ??= Timers.Create(time, static gate => ((TransferGate)gate!).Lend(), this);
            _timer.Change(Patience / 4, Timeout.InfiniteTimeSpan);
        }
    }

    private void Lend()
    {
        lock (_lock)
        {
            _isWatching = false;
            foreach (TransferPass pass in _inside)
            {
                if (pass is { IsHeld: true, WaitingSince: not 0 } && time.GetElapsedTime(pass.WaitingSince) >= Patience)
                {
                    GiveBack(pass);
                }
            }

            Admit();
            if (_waiting.Count > 0)
            {
                Watch();
            }
        }
    }

    /// <summary>A gate that the running code is inside of, and the next one outside.</summary>
    private sealed class InsideOf(TransferGate gate, InsideOf? outer) : IDisposable
    {
        private volatile bool _hasEnded;

        public TransferGate Gate => gate;

        public InsideOf? Outer => outer;

        public bool HasEnded => _hasEnded;

        public void Dispose() => _hasEnded = true;
    }

    private sealed class Waiter : TaskCompletionSource<TransferPass>
    {
        public Waiter(TransferPass pass)
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
            Pass = pass;
            Place = new LinkedListNode<Waiter>(this);
        }

        public TransferPass Pass { get; }

        public LinkedListNode<Waiter> Place { get; }
    }
}
