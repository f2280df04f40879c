using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Transfer;

/// <summary>Begins multipart uploads, and aborts those whose beginning was not answered.</summary>
internal static class UploadStart
{
    public static async Task<string> BeginAsync(StoreContext context, CreateUploadRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Backend.CreateUploadAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception thrown) when (MayHaveBegun(thrown))
        {
            // An upload id begins with the token. Where the upstream adds nothing to it, the upload can be aborted although its id never
            // arrived. Elsewhere
            // such an upload is not found by this, and it stays until it expires.
            var abort = new AbortUploadRequest
            {
                Bucket = request.Bucket,
                Key = request.Key,
                UploadId = request.WriteToken,
                IsTransient = request.IsTransient,
            };
            await UploadAbort.TryAsync(context, abort).ConfigureAwait(false);
            throw;
        }
    }

    private static bool MayHaveBegun(Exception thrown) =>
        thrown is not (StorageException { IsOutcomeUnknown: false } or ArgumentException or ObjectDisposedException);
}
