using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

/// <summary>
/// The last resort of a copy: Copy Blob, which the service works off in its own time, awaited to its end. Only for a server that knows
/// neither Put Blob From URL nor Put Block From URL, because it is not atomic: the destination is replaced when the copy begins, and one
/// that fails or is aborted leaves an empty blob there.
/// </summary>
/// <remarks>Source: "Copy Blob" and "Abort Copy Blob", Azure Storage REST API. Within one account; the store has no other.</remarks>
internal sealed class AsyncCopy(AzureRequests requests, TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>How long whoever cancels waits for the service to take notice.</summary>
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(10);

    /// <param name="condition">What must hold at the destination; <paramref name="options"/> say it, too.</param>
    /// <param name="destination">The blob to write.</param>
    /// <param name="source">The blob to read.</param>
    /// <param name="options">What is sent.</param>
    /// <param name="cancellationToken">Aborts the copy.</param>
    /// <returns>The destination as the finished copy left it.</returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.OperationAborted"/>: the copy failed, was aborted, or something else
    /// is there now.</exception>
    public async Task<BlobProperties> RunAsync(
        WriteCondition condition, BlockBlobClient destination, Uri source, BlobCopyFromUriOptions options, CancellationToken cancellationToken)
    {
        string id = await StartAsync(condition, destination, source, options, cancellationToken).ConfigureAwait(false);
        try
        {
            return await WaitAsync(destination, id, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await TryAbortAsync(destination, id).ConfigureAwait(false);
            throw;
        }
    }

    private Task<string> StartAsync(WriteCondition condition, BlockBlobClient destination, Uri source, BlobCopyFromUriOptions options, CancellationToken cancellationToken) =>
        requests.WriteObjectAsync(
            condition,
            async token =>
            {
                CopyFromUriOperation copy = await destination.StartCopyFromUriAsync(source, options, token).ConfigureAwait(false);
                return Response.FromValue(copy.Id, copy.GetRawResponse());
            },
            isServerWork: false,
            cancellationToken);

    private async Task<BlobProperties> WaitAsync(BlockBlobClient destination, string id, CancellationToken cancellationToken)
    {
        for (TimeSpan wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            BlobProperties now = await LookAsync(destination, cancellationToken).ConfigureAwait(false);
            if (now.CopyId != id)
            {
                throw Ended("Another write replaced the object while it was copied.");
            }

            switch (now.BlobCopyStatus)
            {
                case CopyStatus.Success:
                    return now;
                case CopyStatus.Pending:
                    await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    throw Ended($"The copy ended as '{now.BlobCopyStatus}' ({now.CopyStatusDescription ?? "no reason was given"}) and left an empty object. Copy again.");
            }
        }
    }

    private async Task<BlobProperties> LookAsync(BlockBlobClient destination, CancellationToken cancellationToken)
    {
        try
        {
            // Sent as a write: where no answer comes, it is the copy's outcome that is unknown.
            return (await requests.WriteAsync(token => destination.GetPropertiesAsync(cancellationToken: token), cancellationToken).ConfigureAwait(false)).Value;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw Ended("The object was deleted while it was copied.", error);
        }
    }

    private async Task TryAbortAsync(BlockBlobClient destination, string id)
    {
        using var timeout = new CancellationTokenSource(AbortTimeout, time);
        try
        {
            await requests.WriteAsync(token => destination.AbortCopyFromUriAsync(id, cancellationToken: token), timeout.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // It may be done already, which is the caller's other possible outcome. The cancellation is what is reported.
        }
    }

    private static StorageException Ended(string reason, Exception? cause = null) => new(StorageErrorCode.OperationAborted, reason, cause);
}
