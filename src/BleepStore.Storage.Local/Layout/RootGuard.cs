using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// A lock on the root folder itself, which nobody can delete while the store is open. The holder of any other lock shares this lock. A
/// process that makes the file of locks again holds this lock alone. So no lock on a lost file is held when a new file appears.
/// </summary>
internal sealed class RootGuard : IDisposable
{
    /// <summary>The most attempts. A holder that waits for itself, because it acquires a second lock, gives up after them.</summary>
    private const int MostAttempts = 2000;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly DiskFolder _shared;
    private readonly LocalRoot _root;
    private int _holders;

    public RootGuard(LocalRoot root)
    {
        _root = root;
        _shared = OpenRoot();
    }

    /// <summary>
    /// Acquires a share of the lock, unless another holder has it alone. Each success must be followed by one <see cref="Leave"/>.
    /// </summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            // On a file system without such locks there is no guard. The other locks still hold.
            if (_holders == 0 && _shared.TryLock(isAlone: false) == DiskError.WouldBlock)
            {
                return false;
            }

            _holders++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _holders--;
            if (_holders == 0 && !_shared.IsClosed)
            {
                _ = _shared.Unlock();
            }
        }
    }

    /// <summary>Waits until no process shares the lock, and keeps others out until the result is disposed.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.ServiceUnavailable"/> if others do not leave.</exception>
    public async Task<IDisposable> EnterAloneAsync(CancellationToken cancellationToken)
    {
        DiskFolder? alone = OpenRoot();
        try
        {
            for (int attempt = 0; alone.TryLock(isAlone: true) == DiskError.WouldBlock; attempt++)
            {
                if (attempt == MostAttempts)
                {
                    throw LocalErrors.LocksLost(LocalRoot.Internals);
                }

                // The wait uses the system's clock, because another process holds the lock.
                await Task.Delay(Wait, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }

            DiskFolder held = alone;
            alone = null;
            return held;
        }
        finally
        {
            alone?.Dispose();
        }
    }

    public void Dispose() => _shared.Dispose();

    private DiskFolder OpenRoot()
    {
        LocalErrors.Check(_root.Handle.Reopen(out DiskFolder folder), "Opening the root folder");
        return folder;
    }
}
