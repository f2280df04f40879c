using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Listing;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Engine.Writes;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>
    /// Begins a multipart upload. Parts can be uploaded in any order, in parallel, and from several processes. The object becomes visible
    /// when the upload is completed.
    /// </summary>
    /// <example>
    /// <code>
    /// MultipartUpload upload = await bucket.CreateMultipartUploadAsync("video.mp4");
    /// PartInfo part = await upload.UploadPartAsync(1, new byte[] { 1, 2, 3 });
    /// await upload.CompleteAsync([part]);
    /// </code>
    /// </example>
    /// <param name="key">The key of the future object.</param>
    /// <param name="options">The attributes of the future object. The default is none.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>A handle. Another process needs only its <see cref="MultipartUpload.UploadId"/>.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.MetadataTooLarge"/>, and <see cref="StorageErrorCode.NotSupported"/> on a backend without multipart
    /// uploads (<see cref="StorageCapabilities.SupportsMultipart"/>).
    /// </exception>
    public virtual Task<MultipartUpload> CreateMultipartUploadAsync(
        string key, MultipartOptions? options = null, CancellationToken cancellationToken = default) =>
        CreateUploadAsync(key, options, plan: null, cancellationToken);

    /// <summary>Begins an upload whose parts follow the plan of the store. A fake does not learn of the plan.</summary>
    internal Task<MultipartUpload> CreatePlannedUploadAsync(string key, MultipartOptions options, CancellationToken cancellationToken) =>
        _context is null
            ? CreateMultipartUploadAsync(key, options, cancellationToken)
            : CreateUploadAsync(key, options, Transfers.Plan, cancellationToken);

    private Task<MultipartUpload> CreateUploadAsync(
        string key, MultipartOptions? options, PartPlan? plan, CancellationToken cancellationToken) =>
        Context.Operations.RunAsync(
            OperationNames.CreateMultipartUpload,
            Name,
            key,
            (Bucket: this, Key: key, Options: options, Plan: plan),
            static async (state, token) =>
            {
                state.Bucket.CheckKey(state.Key);
                var request = new CreateUploadRequest
                {
                    Bucket = state.Bucket.Name,
                    Key = state.Key,
                    Attributes = Attributes.Check(state.Options),
                    WriteToken = WriteToken.Create(state.Plan),
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
    /// Returns a handle to an existing multipart upload, which this or another process began. It does no I/O, so a missing upload fails
    /// when the handle is used.
    /// </summary>
    /// <param name="key">The key of the upload.</param>
    /// <param name="uploadId">
    /// The id from the upload or from a listing. It has 1 to 2,048 printable ASCII characters without spaces and quotes.
    /// </param>
    /// <exception cref="ArgumentException">The upload id is invalid.</exception>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidKey"/>.</exception>
    public virtual MultipartUpload GetMultipartUpload(string key, string uploadId)
    {
        Locate(OperationNames.GetMultipartUpload, key, () => CheckKey(key));
        ArgumentException.ThrowIfNullOrEmpty(uploadId);
        OpaqueStrings.UploadId(uploadId);
        return new MultipartUpload(this, key, uploadId);
    }

    /// <summary>
    /// Lists the multipart uploads that are neither completed nor aborted. They are ordered by key (UTF-8 bytes), then by upload id. Pages
    /// are requested as the sequence is read.
    /// </summary>
    /// <param name="options">The query. The default is all.</param>
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
    /// Aborts the multipart uploads in this bucket that are older than a given age, including those that are still in progress. This frees
    /// the storage of abandoned parts. Completed objects are never changed. <see cref="ObjectStore.AbortUploadsAsync"/> does the same in
    /// all listed buckets.
    /// </summary>
    /// <remarks>
    /// The age is measured by the service's clock. It is the time of the service's answer less the service's time of the upload's
    /// beginning. The clock of this machine is used only on Local and in memory, where it is the service's clock. Many services report both
    /// times in whole seconds, so an upload can look up to two seconds younger.
    /// </remarks>
    /// <example>
    /// <code>
    /// int aborted = await bucket.AbortUploadsAsync(TimeSpan.FromDays(7));
    /// </code>
    /// </example>
    /// <param name="olderThan">
    /// The minimum age of the uploads to abort. Zero or more. Zero aborts all listed uploads. Use a longer time than your longest upload
    /// takes.
    /// </param>
    /// <param name="cancellationToken">Stops between two uploads.</param>
    /// <returns>How many uploads were aborted. An upload that ends meanwhile is not counted.</returns>
    /// <exception cref="StorageException">
    /// The first failure, such as <see cref="StorageErrorCode.AccessDenied"/> or <see cref="StorageErrorCode.NoSuchBucket"/>. Earlier
    /// uploads stay aborted. <see cref="StorageErrorCode.NotSupported"/> when the service does not report its time and
    /// <paramref name="olderThan"/> is more than zero. Nothing was aborted.
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
        await foreach (ListUploadsResult page in ListUploadPagesAsync(new ListUploadsRequest { Bucket = Name }, cancellationToken)
            .ConfigureAwait(false))
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
                $"The {Context.Backend.Provider} backend's service did not report its time, so the age of uploads is unknown. "
                + $"Abort single uploads, or all of them with {nameof(TimeSpan)}.{nameof(TimeSpan.Zero)}."));

    private async Task<bool> TryAbortAsync(MultipartUploadInfo upload, CancellationToken cancellationToken)
    {
        try
        {
            // A server's own id need not follow the rule for ids from callers.
            await new MultipartUpload(this, upload.Key, upload.UploadId).AbortAsync(cancellationToken).ConfigureAwait(false);
            Log.Expired(Context.Operations.Logger, Name, upload.Key, upload.UploadId, upload.InitiatedAt);
            return true;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchUpload)
        {
            // The upload was completed or aborted meanwhile, so nothing is left to remove.
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
