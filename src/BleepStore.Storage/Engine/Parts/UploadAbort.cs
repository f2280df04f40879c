namespace BleepStore.Storage.Engine.Parts;

/// <summary>Aborts an upload after a failure, which stays the one to report.</summary>
internal static class UploadAbort
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Discards the stored parts. It has no token, because a caller who has cancelled needs the abort most.</summary>
    public static async Task TryAsync<TState>(
        StoreContext context, string bucket, string key, string uploadId, TState state, Func<TState, CancellationToken, Task> abort)
    {
        using var timeout = new CancellationTokenSource(Timeout, context.Operations.Time);
        try
        {
            await abort(state, timeout.Token).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchUpload)
        {
            // The failed commit ended the upload, an earlier abort whose answer was lost ended it, or it was never begun.
        }
        catch (Exception error)
        {
            Log.AbortFailed(context.Operations.Logger, error, bucket, key, uploadId);
        }
    }
}
