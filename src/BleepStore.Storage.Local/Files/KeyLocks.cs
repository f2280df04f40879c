using BleepStore.Storage.Local.Native;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Local.Files;

/// <summary>
/// Locks on buckets, uploads and keys, against this process's other writers and against other processes. A lock is one of a fixed number of
/// stripes: inside the process a semaphore, across processes a byte of one file, which the system releases when a process dies. Nothing
/// waits on a thread.
/// </summary>
/// <remarks>
/// Whoever takes two takes them in the order bucket, upload, key; the three kinds have stripes of their own, so that this order cannot be
/// broken by two names that share a stripe.
/// </remarks>
internal sealed class KeyLocks(SafeFileHandle file) : IDisposable
{
    private const int BucketStripes = 64;
    private const int UploadStripes = 1024;
    private const int KeyStripes = 8192;

    /// <summary>Where the stripes begin in the file. The byte before is the start lock's.</summary>
    private const int FirstStripe = 16;

    private const int StartStripe = 0;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(16);

    private readonly SemaphoreSlim?[] _semaphores = new SemaphoreSlim?[FirstStripe + BucketStripes + UploadStripes + KeyStripes];

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

    public void Dispose() => file.Dispose();

    private async ValueTask<Holder> AcquireAsync(int stripe, CancellationToken cancellationToken)
    {
        SemaphoreSlim semaphore = LazyInitializer.EnsureInitialized(ref _semaphores[stripe], static () => new SemaphoreSlim(1, 1));
        await semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            TimeSpan wait = FirstWait;
            while (true)
            {
                int error = Posix.TryLock(file, stripe);
                if (error == Errno.None)
                {
                    return new Holder(this, semaphore, stripe);
                }

                if (error != Errno.EAGAIN)
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

    private void Release(SemaphoreSlim semaphore, int stripe)
    {
        try
        {
            _ = Posix.Unlock(file, stripe);
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
    internal readonly struct Holder(KeyLocks locks, SemaphoreSlim semaphore, int stripe) : IDisposable
    {
        public void Dispose() => locks.Release(semaphore, stripe);
    }
}
