using BleepStore.Storage.Backends;
using BleepStore.Storage.Gcp.Wire;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>Deletes the objects that an upload leaves.</summary>
internal sealed class UploadCleanUp(GcpNames names, UploadRecords records, TemporaryObjects temporary, TimeProvider time)
{
    private static readonly TimeSpan LongestCleanUp = TimeSpan.FromMinutes(2);

    /// <summary>Deletes intermediates and parts, and the record last, because the record leads to them.</summary>
    public async Task CleanUpAsync(
        string container, string bucket, string key, string uploadId, long recordGeneration, CancellationToken cancellationToken)
    {
        await temporary.DeleteAllAsync(container, names.Upload(bucket, uploadId), cancellationToken).ConfigureAwait(false);
        await records.DeleteAsync(container, bucket, key, uploadId, recordGeneration, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The object exists. The next completion or the reaper finds anything that cannot be deleted now. The caller's token does not stop it,
    /// because the caller already has the result.
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
            // The commit that the caller requested has succeeded.
        }
    }

    /// <summary>Releases the upload unchanged. If that fails, the claim later counts as dead.</summary>
    public async Task ReleaseAsync(string container, CompleteUploadRequest request, string id)
    {
        using var timeout = new CancellationTokenSource(LongestCleanUp, time);
        try
        {
            await temporary.DeleteAllAsync(container, names.Joins(request.Bucket, request.UploadId, id), timeout.Token)
                .ConfigureAwait(false);
            UploadRecord record = await records.FindAsync(container, request.Bucket, request.Key, request.UploadId, timeout.Token)
                .ConfigureAwait(false);
            if (record.Claim?.Id == id)
            {
                await records.TryClaimAsync(container, request.Bucket, record, claim: null, timeout.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // The caller reports the original failure.
        }
    }
}
