using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// Locks on buckets, uploads and keys, against this process's other writers and against other processes. A lock is one of a fixed number of
/// stripes: inside the process a semaphore, across processes a byte of one file, which the system releases when a process dies. Nothing
/// waits on a thread.
/// </summary>
/// <remarks>
/// <para>A lock is worth nothing when others lock another file, or when the root is lost. So both are looked at each time that a lock was
/// taken. Where a cleaner has deleted the file, it is made again.</para>
/// <para>Whoever takes two takes them in the order bucket, upload, key; the three kinds have stripes of their own, so that this order cannot be
/// broken by two names that share a stripe.</para>
/// </remarks>
internal sealed class KeyLocks(LocalRoot root) : IDisposable
{
    private const string FileName = "locks";
    private const string FilePath = LocalRoot.Internals + "/" + FileName;

    private const int BucketStripes = 64;
    private const int UploadStripes = 1024;
    private const int KeyStripes = 8192;

    /// <summary>Where the stripes begin in the file. The byte before is the start lock's.</summary>
    private const int FirstStripe = 16;

    private const int StartStripe = 0;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(16);

    private readonly SemaphoreSlim?[] _semaphores = new SemaphoreSlim?[FirstStripe + BucketStripes + UploadStripes + KeyStripes];

    private readonly List<LockFile> _lost = [];
    private volatile LockFile _file = LockFile.Open(root);

    /// <summary>Held while a process makes its folder for temporary files, and looks for those of dead ones.</summary>
    public ValueTask<Holder> LockStartAsync(CancellationToken cancellationToken) => AcquireAsync(StartStripe, cancellationToken);

    public ValueTask<Holder> LockBucketAsync(string bucket, CancellationToken cancellationToken) =>
        AcquireAsync(FirstStripe + (int)(HashOf(bucket, "") % BucketStripes), cancellationToken);

    public ValueTask<Holder> LockUploadAsync(string uploadId, CancellationToken cancellationToken) =>
        AcquireAsync(FirstStripe + BucketStripes + (int)(HashOf(uploadId, "") % UploadStripes), cancellationToken);

    public ValueTask<Holder> LockKeyAsync(Place place, CancellationToken cancellationToken) =>
        AcquireAsync(FirstStripe + BucketStripes + UploadStripes + (int)(place.Hash % KeyStripes), cancellationToken);

    /// <summary>FNV-1a: the same in every process, unlike <see cref="string.GetHashCode()"/>.</summary>
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
            _file.Handle.Dispose();
            _lost.ForEach(static file => file.Handle.Dispose());
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
                LockFile file = _file;
                DiskError error = file.Handle.TryLock(stripe);
                if (error == DiskError.None)
                {
                    if (IsOfUse(file, stripe))
                    {
                        return new Holder(semaphore, file.Handle, stripe);
                    }

                    Renew(file);
                    continue;
                }

                if (error != DiskError.WouldBlock)
                {
                    throw LocalErrors.From(error, "Locking");
                }

                // Unequal waits keep processes from asking in step. The clock is the system's: another process holds the lock, whatever an
                // application's clock says.
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

    /// <summary>Whether the lock that was just taken is the one that other processes would take. Otherwise it is released.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.ServiceUnavailable"/>: the root is lost.</exception>
    private bool IsOfUse(LockFile file, int stripe)
    {
        bool isOfUse = false;
        try
        {
            root.RequireInPlace();
            isOfUse = file.IsInPlace(root);
            return isOfUse;
        }
        finally
        {
            if (!isOfUse)
            {
                _ = file.Handle.Unlock(stripe);
            }
        }
    }

    /// <summary>Opens the file that has the name now, or makes one. Those who hold locks on the lost one release them there.</summary>
    private void Renew(LockFile lost)
    {
        lock (_lost)
        {
            if (_file == lost)
            {
                _file = LockFile.Open(root);
                _lost.Add(lost);
            }
        }
    }

    private static void Release(SemaphoreSlim semaphore, DiskFile file, int stripe)
    {
        try
        {
            _ = file.Unlock(stripe);
        }
        catch (ObjectDisposedException)
        {
            // The store was disposed meanwhile: the file is closed, and with it the lock is gone.
        }
        finally
        {
            semaphore.Release();
        }
    }

    /// <summary>A lock that is held until this is disposed.</summary>
    internal readonly struct Holder(SemaphoreSlim semaphore, DiskFile file, int stripe) : IDisposable
    {
        public void Dispose() => Release(semaphore, file, stripe);
    }

    /// <summary>The file of locks, open.</summary>
    private sealed record LockFile(DiskFile Handle, FileStatus Status)
    {
        public static LockFile Open(LocalRoot root)
        {
            DiskError made = root.Handle.MakeFolder(LocalRoot.Internals);
            LocalErrors.Check(made == DiskError.Exists ? DiskError.None : made, $"Making the folder {LocalRoot.Internals}");
            LocalErrors.Check(root.OpenFolder(LocalRoot.Internals, out DiskFolder internals), $"Opening the folder {LocalRoot.Internals}");
            DiskFile handle;
            using (internals)
            {
                LocalErrors.Check(internals.Open(FileName, Opening.Lock, out handle), "Opening the file of locks");
            }

            DiskError error = handle.Stat(out FileStatus status);
            if (error != DiskError.None)
            {
                handle.Dispose();
                throw LocalErrors.From(error, "Looking at the file of locks");
            }

            return new LockFile(handle, status);
        }

        /// <summary>Whether it still has its name, so that other processes lock the same file.</summary>
        public bool IsInPlace(LocalRoot root) => root.Handle.Stat(FilePath, out FileStatus now) == DiskError.None && now.IsSameFile(Status);
    }
}
