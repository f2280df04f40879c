using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Engine.Parts;

/// <summary>Begins multipart uploads, and aborts those whose beginning was not answered.</summary>
internal static class UploadStart
{
    public static async Task<T> RunAsync<T>(
        StoreContext context,
        CreateUploadRequest request,
        Func<StorageBackend, CreateUploadRequest, CancellationToken, Task<T>> begin,
        CancellationToken cancellationToken)
    {
        try
        {
            return await begin(context.Backend, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception thrown) when (MayHaveBegun(thrown))
        {
            // An upload id begins with the token. Where the upstream adds nothing to the token, the upload can be aborted although its id
            // never arrived. Elsewhere the abort does not find such an upload, and the upload stays until it expires.
            var abort = new AbortUploadRequest { Bucket = request.Bucket, Key = request.Key, UploadId = request.WriteToken };
            await UploadAbort.TryAsync(
                context,
                request.Bucket,
                request.Key,
                request.WriteToken,
                (context.Backend, Request: abort),
                static (state, token) => state.Backend.AbortUploadAsync(state.Request, token)).ConfigureAwait(false);
            throw;
        }
    }

    private static bool MayHaveBegun(Exception thrown) =>
        thrown is not (StorageException { IsOutcomeUnknown: false } or ArgumentException or ObjectDisposedException);
}
