using BleepStore.Storage.Backends;
using BleepStore.Storage.Gcp.Wire;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>Deletes what an upload leaves.</summary>
internal sealed class UploadCleanUp(GcpNames names, UploadRecords records, TemporaryObjects temporary, TimeProvider time)
{
    private static readonly TimeSpan LongestCleanUp = TimeSpan.FromMinutes(2);

    /// <summary>Intermediates and parts, and the record last: as long as there is something, the record leads to it.</summary>
    public async Task CleanUpAsync(
        string container, string bucket, string key, string uploadId, long recordGeneration, CancellationToken cancellationToken)
    {
        await temporary.DeleteAllAsync(container, names.Upload(bucket, uploadId), cancellationToken).ConfigureAwait(false);
        await records.DeleteAsync(container, bucket, key, uploadId, recordGeneration, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The object is there: what cannot be deleted now is found again by the next completion, or by the reaper. Not to be cancelled by who
    /// has got what he asked for.
    /// </summary>
    public async Task ForgetAsync(string container, CompleteUploadRequest request, long recordGeneration)
    {
        using var timeout = new CancellationTokenSource(LongestCleanUp, time);
        try
        {
            await CleanUpAsync(
                container, request.Bucket, request.Key, request.UploadId, recordGeneration, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // The commit is what the caller asked for, and it succeeded.
        }
    }

    /// <summary>Gives the upload back as it was. If that fails, the claim is found to be dead in time.</summary>
    public async Task ReleaseAsync(string container, CompleteUploadRequest request, string id)
    {
        using var timeout = new CancellationTokenSource(LongestCleanUp, time);
        try
        {
            await temporary.DeleteAllAsync(container, names.Joins(request.Bucket, request.UploadId, id), timeout.Token).ConfigureAwait(false);
            UploadRecord record = await records.FindAsync(container, request.Bucket, request.Key, request.UploadId, timeout.Token).ConfigureAwait(false);
            if (record.Claim?.Id == id)
            {
                await records.TryClaimAsync(container, request.Bucket, record, claim: null, timeout.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // What led here is what the caller is told.
        }
    }
}
