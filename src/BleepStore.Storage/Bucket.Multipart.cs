using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Listing;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Engine.Writes;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>
    /// Begins a multipart upload: parts in any order, in parallel, from several processes if need be; nothing is visible before it is
    /// completed.
    /// </summary>
    /// <param name="key">The key of the object to come.</param>
    /// <param name="options">The attributes of the object to come. Default: none.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>A handle; its <see cref="MultipartUpload.UploadId"/> is all that another process needs.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.MetadataTooLarge"/>, and <see cref="StorageErrorCode.NotSupported"/> on a backend without multipart
    /// uploads (<see cref="StorageCapabilities.SupportsMultipart"/>).
    /// </exception>
    public virtual Task<MultipartUpload> CreateMultipartUploadAsync(string key, MultipartOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.CreateMultipartUpload,
            Name,
            key,
            (Bucket: this, Key: key, Options: options),
            static async (state, token) =>
            {
                state.Bucket.CheckKey(state.Key);
                var request = new CreateUploadRequest
                {
                    Bucket = state.Bucket.Name,
                    Key = state.Key,
                    Attributes = Attributes.Check(state.Options),
                    WriteToken = WriteToken.Create(),
                };
                string uploadId = await UploadStart.RunAsync(
                    state.Bucket.Context,
                    request,
                    static (backend, begun, cancel) => backend.CreateUploadAsync(begun, cancel),
                    token).ConfigureAwait(false);
                return new MultipartUpload(state.Bucket, state.Key, uploadId);
            },
            cancellationToken);

    /// <summary>
    /// A handle to a multipart upload that was begun earlier, here or elsewhere. No I/O; one that does not exist shows when the handle is
    /// used.
    /// </summary>
    /// <param name="key">The key that it was begun for.</param>
    /// <param name="uploadId">The id that the upload or a listing has: 1 to 2,048 printable ASCII characters without spaces and
    /// quotes.</param>
    /// <exception cref="ArgumentException">No store gives such an upload id.</exception>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidKey"/>.</exception>
    public virtual MultipartUpload GetMultipartUpload(string key, string uploadId)
    {
        Locate(OperationNames.GetMultipartUpload, key, () => CheckKey(key));
        ArgumentException.ThrowIfNullOrEmpty(uploadId);
        OpaqueStrings.UploadId(uploadId);
        return new MultipartUpload(this, key, uploadId);
    }

    /// <summary>
    /// Lists the multipart uploads that are neither completed nor aborted, by key (UTF-8 bytes), then by upload id, page by page as the
    /// sequence is read.
    /// </summary>
    /// <param name="options">Which. Default: all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public virtual async IAsyncEnumerable<MultipartUploadInfo> ListMultipartUploadsAsync(
        ListUploadsOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ListUploadsOptions query = options ?? new ListUploadsOptions();
        Keys.CheckQuery(query.Prefix, nameof(query.Prefix));
        if (query.StartAfterKey is { } startAfter)
        {
            Keys.CheckQuery(startAfter, nameof(query.StartAfterKey));
        }

        OpaqueStrings.UploadId(query.StartAfterUploadId, nameof(query.StartAfterUploadId));
        if (query is { StartAfterUploadId: not null, StartAfterKey: null })
        {
            throw new ArgumentException(
                $"{nameof(query.StartAfterUploadId)} is the id of an upload of {nameof(query.StartAfterKey)}. Give both.",
                nameof(options));
        }

        Paging.Check(query.PageSize);
        var request = new ListUploadsRequest
        {
            Bucket = Name,
            Prefix = query.Prefix,
            StartAfterKey = query.StartAfterKey,
            StartAfterUploadId = query.StartAfterUploadId,
            PageSize = query.PageSize,
        };
        await foreach (ListUploadsResult page in ListUploadPagesAsync(request, cancellationToken).ConfigureAwait(false))
        {
            foreach (MultipartUploadInfo upload in page.Uploads)
            {
                yield return upload;
            }
        }
    }

    /// <summary>
    /// Aborts the multipart uploads in this bucket that were begun longer ago than a time, also those that are still being sent, so that
    /// abandoned parts do not take up room for ever. Completed objects are never touched. <see cref="ObjectStore.AbortUploadsAsync"/> does
    /// it in all buckets that are listed.
    /// </summary>
    /// <remarks>
    /// The age goes by the service's clock: the time of the service's answer less the time when the service says that the upload was begun.
    /// The clock of this machine decides nothing, except on Local and in memory, where it is the service's. Many services tell both times
    /// in whole seconds, so an upload can count as up to two seconds younger.
    /// </remarks>
    /// <param name="olderThan">How long ago an upload must have been begun. Zero or more; zero aborts all that are listed. Give more than
    /// your longest upload takes.</param>
    /// <param name="cancellationToken">Stops between two uploads.</param>
    /// <returns>How many were aborted. An upload that ends in the meantime is not counted.</returns>
    /// <exception cref="StorageException">
    /// The first failure, such as <see cref="StorageErrorCode.AccessDenied"/> or <see cref="StorageErrorCode.NoSuchBucket"/>; what was
    /// aborted before it stays so. <see cref="StorageErrorCode.NotSupported"/> when the service does not tell its time and
    /// <paramref name="olderThan"/> is more than zero; nothing was aborted.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The age is negative.</exception>
    public virtual Task<int> AbortUploadsAsync(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan, TimeSpan.Zero);
        return Context.Operations.RunAsync(
            OperationNames.AbortUploads,
            Name,
            key: null,
            (Bucket: this, OlderThan: olderThan),
            static (state, token) => new ValueTask<int>(state.Bucket.AbortOlderAsync(state.OlderThan, token)),
            cancellationToken);
    }

    private async Task<int> AbortOlderAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        int aborted = 0;
        await foreach (ListUploadsResult page in ListUploadPagesAsync(new ListUploadsRequest { Bucket = Name }, cancellationToken).ConfigureAwait(false))
        {
            foreach (MultipartUploadInfo upload in page.Uploads)
            {
                if (IsOlder(upload, page.ServiceTime, olderThan) && await TryAbortAsync(upload, cancellationToken).ConfigureAwait(false))
                {
                    aborted++;
                }
            }
        }

        return aborted;
    }

    private bool IsOlder(MultipartUploadInfo upload, DateTimeOffset? serviceTime, TimeSpan olderThan) =>
        olderThan == TimeSpan.Zero
        || (serviceTime is { } now
            ? now - upload.InitiatedAt > olderThan
            : throw new StorageException(
                StorageErrorCode.NotSupported,
                $"The {Context.Backend.Provider} backend's service did not tell its time, so the age of uploads is not known. "
                + $"Abort single uploads, or all of them with {nameof(TimeSpan)}.{nameof(TimeSpan.Zero)}."));

    private async Task<bool> TryAbortAsync(MultipartUploadInfo upload, CancellationToken cancellationToken)
    {
        try
        {
            // A server's own id need not keep the rule for those that callers give.
            await new MultipartUpload(this, upload.Key, upload.UploadId).AbortAsync(cancellationToken).ConfigureAwait(false);
            Log.Expired(Context.Operations.Logger, Name, upload.Key, upload.UploadId, upload.InitiatedAt);
            return true;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchUpload)
        {
            // Completed or aborted in the meantime: nothing is left to take away.
            return false;
        }
    }

    private async IAsyncEnumerable<ListUploadsResult> ListUploadPagesAsync(
        ListUploadsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            ListUploadsResult page = await Context.Operations.RunAsync(
                OperationNames.ListMultipartUploads,
                Name,
                key: null,
                (Context.Backend, Request: request),
                static async (state, token) =>
                {
                    ListUploadsResult found = await state.Backend.ListUploadsAsync(state.Request, token).ConfigureAwait(false);
                    if (found is { IsTruncated: true, Uploads: [.., var last] })
                    {
                        ListProgress.Require((state.Request.StartAfterKey, state.Request.StartAfterUploadId), (last.Key, last.UploadId));
                    }

                    return found;
                },
                cancellationToken).ConfigureAwait(false);
            yield return page;

            if (!page.IsTruncated || page.Uploads.Count == 0)
            {
                yield break;
            }

            request = request with { StartAfterKey = page.Uploads[^1].Key, StartAfterUploadId = page.Uploads[^1].UploadId };
        }
    }
}
