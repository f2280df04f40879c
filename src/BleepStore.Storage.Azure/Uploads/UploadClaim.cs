using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>
/// A claim on an upload for its completion. It is a lease on the record's blob. While it is held, no other process can complete or abort
/// the upload, or add a part to its private blob.
/// </summary>
/// <param name="lease">The acquired lease.</param>
/// <param name="revision">The revision of the blob when it was acquired.</param>
/// <param name="acquiredAt">When it was requested, as the clock's timestamp.</param>
/// <param name="requests">Sends requests.</param>
/// <param name="time">The clock.</param>
internal sealed class UploadClaim(BlobLeaseClient lease, string revision, long acquiredAt, AzureRequests requests, TimeProvider time)
{
    /// <summary>The longest there is ("Lease Blob", Azure Storage REST API). A completion that dies is out of the way after it.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan RenewalPeriod = TimeSpan.FromSeconds(20);

    /// <summary>The proof of the claim.</summary>
    public string Id => lease.LeaseId;

    /// <summary>The revision of the record's blob when it was claimed.</summary>
    public string Revision => revision;

    /// <summary>Holds the claim during work that can take longer than a lease. If the claim is lost, the work ends.</summary>
    /// <param name="work">The work. Its token is cancelled when the claim is lost.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.OperationAborted"/> when the claim was lost.</exception>
    public async Task<T> HoldAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var done = new CancellationTokenSource();
        Task renewing = RenewAsync(held, done.Token);
        try
        {
            return await work(held.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (held.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new StorageException(
                StorageErrorCode.OperationAborted,
                "The completion could not keep its claim on the upload. It was stopped before another could begin. Complete again.",
                cancelled)
            {
                IsOutcomeUnknown = true,
            };
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
            await renewing.ConfigureAwait(false);
        }
    }

    /// <summary>Gives a claimed upload back. If that fails, the claim ends by itself.</summary>
    public async Task ReleaseAsync()
    {
        using var timeout = new CancellationTokenSource(Duration, time);
        try
        {
            await requests.StageAsync(token => lease.ReleaseAsync(cancellationToken: token), isServerWork: false, timeout.Token)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // The caller reports the original failure.
        }
    }

    private async Task RenewAsync(CancellationTokenSource held, CancellationToken done)
    {
        using var timer = new PeriodicTimer(RenewalPeriod, time);
        long renewed = acquiredAt;
        try
        {
            while (await timer.WaitForNextTickAsync(done).ConfigureAwait(false))
            {
                long now = time.GetTimestamp();
                if (await TryRenewAsync(done).ConfigureAwait(false) is not { } failure)
                {
                    renewed = now;
                }
                else if (IsLost(failure) || time.GetElapsedTime(renewed) + RenewalPeriod >= Duration)
                {
                    await held.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // The work has ended.
        }
    }

    /// <summary>Asks for no longer than there is another chance afterwards.</summary>
    private async Task<StorageException?> TryRenewAsync(CancellationToken done)
    {
        using var timeout = new CancellationTokenSource(RenewalPeriod, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, done);
        try
        {
            await requests.StageAsync(token => lease.RenewAsync(cancellationToken: token), isServerWork: false, stop.Token)
                .ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException late) when (!done.IsCancellationRequested)
        {
            return new StorageException(StorageErrorCode.RequestTimeout, "The service did not answer in time.", late);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever the application's policies or credential throw, it must not replace the result of the completion.
            return error as StorageException
                ?? new StorageException(StorageErrorCode.InternalError, "The lease could not be renewed.", error);
        }
    }

    /// <summary>Another process has the claim, or the record no longer exists. All other failures can be temporary.</summary>
    private static bool IsLost(StorageException error) => error.Status is 404 or 409 or 412;
}
