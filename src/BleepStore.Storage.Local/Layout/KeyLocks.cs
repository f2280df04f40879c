using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// Locks on buckets, uploads and keys, against other writers of this process and of other processes. A lock is one of a fixed number of
/// stripes. Inside the process a stripe is a semaphore. Across processes it is a byte of one file, which the system releases when a process
/// dies. A wait blocks no thread.
/// </summary>
/// <remarks>
/// <para>A lock is worthless when others lock another file, or when the root is lost. So both are checked each time that a lock was
/// acquired. If a cleaner has deleted the file, the file is made again while no process holds a lock on the lost file
/// (<see cref="RootGuard"/>).</para>
/// <para>A caller that needs two locks acquires them in the order bucket, upload, key. Each of the three kinds has its own stripes. So two
/// names that share a stripe cannot break this order.</para>
/// </remarks>
internal sealed class KeyLocks(LocalRoot root) : IDisposable
{
    private const string FileName = "locks";
    private const string FilePath = LocalRoot.Internals + "/" + FileName;

    private const int BucketStripes = 64;
    private const int UploadStripes = 1024;
    private const int KeyStripes = 8192;

    /// <summary>The offset of the stripes in the file. The first byte of the file is the start lock.</summary>
    private const int FirstStripe = 16;

    private const int StartStripe = 0;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(16);

    private readonly SemaphoreSlim?[] _semaphores = new SemaphoreSlim?[FirstStripe + BucketStripes + UploadStripes + KeyStripes];

    private readonly RootGuard _guard = new(root);
    private readonly LostHandles<LockFile> _lost = new();
    private volatile LockFile? _file;

    /// <summary>
    /// Acquires the lock under which a process makes its folder for temporary files, and looks for the folders of dead processes.
    /// </summary>
    public ValueTask<Holder> LockStartAsync(CancellationToken cancellationToken) => AcquireAsync(StartStripe, cancellationToken);

    public ValueTask<Holder> LockBucketAsync(string bucket, CancellationToken cancellationToken) =>
        AcquireAsync(FirstStripe + (int)(HashOf(bucket, "") % BucketStripes), cancellationToken);

    public ValueTask<Holder> LockUploadAsync(string uploadId, CancellationToken cancellationToken) =>
        AcquireAsync(FirstStripe + BucketStripes + (int)(HashOf(uploadId, "") % UploadStripes), cancellationToken);

    public ValueTask<Holder> LockKeyAsync(Place place, CancellationToken cancellationToken) =>
        AcquireAsync(FirstStripe + BucketStripes + UploadStripes + (int)(place.Hash % KeyStripes), cancellationToken);

    /// <summary>Computes the FNV-1a hash. Unlike <see cref="string.GetHashCode()"/> it is the same in every process.</summary>
    public static ulong HashOf(string first, string second)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in first)
        {
            hash = (hash ^ c) * 1099511628211;
        }

        hash = (hash ^ '/') * 1099511628211;
        foreach (char c in second)
        {
            hash = (hash ^ c) * 1099511628211;
        }

        return hash ^ (hash >> 32);
    }

    public void Dispose()
    {
        lock (_lost)
        {
            _file?.Dispose();
            _lost.Dispose();
            _guard.Dispose();
        }
    }

    private async ValueTask<Holder> AcquireAsync(int stripe, CancellationToken cancellationToken)
    {
        SemaphoreSlim semaphore = LazyInitializer.EnsureInitialized(ref _semaphores[stripe], static () => new SemaphoreSlim(1, 1));
        await semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            TimeSpan wait = FirstWait;
            while (true)
            {
                LockFile? file = _file ?? OpenFirst();
                DiskError error = file is null ? DiskError.NotFound : TryLock(file, stripe);
                if (error == DiskError.None)
                {
                    return new Holder(this, semaphore, file!.Handle, stripe);
                }

                if (error == DiskError.NotFound)
                {
                    await RenewAsync(file, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                if (error != DiskError.WouldBlock)
                {
                    root.RequireInPlace();
                    throw LocalErrors.From(error, "Locking");
                }

                // Unequal waits keep processes from retrying in step. The wait uses the system's clock, because another process that holds
                // the lock does not know an application's clock.
                await Task.Delay(wait * (0.5 + Random.Shared.NextDouble()), TimeProvider.System, cancellationToken).ConfigureAwait(false);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
        catch
        {
            semaphore.Release();
            throw;
        }
    }

    private LockFile? OpenFirst()
    {
        lock (_lost)
        {
            return _file ??= LockFile.TryOpen(root);
        }
    }

    /// <summary>Acquires a lock, if the lock is free and of use.</summary>
    /// <returns>
    /// <see cref="DiskError.WouldBlock"/> when the lock is held. <see cref="DiskError.NotFound"/> when the file has lost its name.
    /// </returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.ServiceUnavailable"/> if the root is lost.</exception>
    private DiskError TryLock(LockFile file, int stripe)
    {
        if (!_guard.TryEnter())
        {
            return DiskError.WouldBlock;
        }

        bool isTaken = false;
        try
        {
            DiskError error = file.Handle.TryLock(stripe);
            error = error == DiskError.None ? KeepIfOfUse(file, stripe) : error;
            isTaken = error == DiskError.None;
            return error;
        }
        finally
        {
            if (!isTaken)
            {
                _guard.Leave();
            }
        }
    }

    /// <summary>Releases a lock that other processes would not see, because the file has lost its name or the root its path.</summary>
    private DiskError KeepIfOfUse(LockFile file, int stripe)
    {
        bool isOfUse = false;
        try
        {
            root.RequireInPlace();
            isOfUse = root.StillHas(FilePath, file.Status);
            return isOfUse ? DiskError.None : DiskError.NotFound;
        }
        finally
        {
            if (!isOfUse)
            {
                _ = file.Handle.Unlock(stripe);
            }
        }
    }

    /// <summary>Opens the file that has the name now, or makes a file, while no lock on the lost file is held.</summary>
    private async Task RenewAsync(LockFile? lost, CancellationToken cancellationToken)
    {
        root.RequireInPlace();
        using (await _guard.EnterAloneAsync(cancellationToken).ConfigureAwait(false))
        {
            lock (_lost)
            {
                if (_file != lost)
                {
                    return;
                }

                _file = LockFile.Open(root);
                if (lost is not null)
                {
                    _lost.Add(lost);
                }
            }
        }
    }

    private void Release(SemaphoreSlim semaphore, DiskLocks file, int stripe)
    {
        try
        {
            _ = file.Unlock(stripe);
        }
        catch (ObjectDisposedException)
        {
            // The store was disposed meanwhile. The closed file has released the lock.
        }
        finally
        {
            _guard.Leave();
            semaphore.Release();
        }
    }

    /// <summary>A lock that is held until this is disposed.</summary>
    internal readonly struct Holder(KeyLocks locks, SemaphoreSlim semaphore, DiskLocks file, int stripe) : IDisposable
    {
        public void Dispose() => locks.Release(semaphore, file, stripe);
    }

    /// <summary>The open file of locks.</summary>
    private sealed record LockFile(DiskLocks Handle, FileStatus Status) : IDisposable
    {
        /// <summary>Opens the file if it exists.</summary>
        public static LockFile? TryOpen(LocalRoot root)
        {
            DiskError error = root.OpenFolder(LocalRoot.Internals, out DiskFolder internals);
            using (internals)
            {
                DiskLocks? locks = null;
                error = error == DiskError.None ? internals.OpenLocks(FileName, makesMissing: false, out locks) : error;
                LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Opening the file of locks");
                return error == DiskError.None ? Of(locks!) : null;
            }
        }

        /// <summary>Opens the file, and makes it if it does not exist.</summary>
        public static LockFile Open(LocalRoot root)
        {
            using (DiskFolder internals = FolderTree.OpenOrMake(root.Handle, LocalRoot.Internals))
            {
                // The format is written before the file of locks, because a root without that file counts as new.
                RootFormat.Keep(internals, root.Rules);
                LocalErrors.Check(internals.OpenLocks(FileName, makesMissing: true, out DiskLocks handle), "Opening the file of locks");
                return Of(handle);
            }
        }

        private static LockFile Of(DiskLocks handle)
        {
            DiskError error = handle.Stat(out FileStatus status);
            if (error != DiskError.None)
            {
                handle.Dispose();
                throw LocalErrors.From(error, "Looking at the file of locks");
            }

            return new LockFile(handle, status);
        }

        public void Dispose() => Handle.Dispose();
    }
}
