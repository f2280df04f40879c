using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Objects;
using BleepStore.Storage.Gcp.Wire;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>Begins, lists and aborts multipart uploads.</summary>
internal sealed class GcpUploads(
    GcpUpstream upstream,
    GcpNames names,
    GcpRequests requests,
    UploadRecords records,
    TemporaryObjects temporary,
    GcpReads reads,
    GcpParts stored,
    Completions completions,
    UploadCleanUp cleanUp,
    TimeProvider time)
{
    public async Task<string> CreateAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        await CreateRecordAsync(request, cancellationToken).ConfigureAwait(false);
        return request.WriteToken;
    }

    /// <summary>
    /// Also an upload inside one call has a record. Nothing upstream discards parts by itself, so a process that dies must leave a trace by
    /// which the parts are found.
    /// </summary>
    public async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        long record = await CreateRecordAsync(request, cancellationToken).ConfigureAwait(false);
        return new ComposedWrite(upstream, stored, completions, cleanUp, request, record);
    }

    public async Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken)
    {
        string container = upstream.Container(request.Bucket);
        UploadRecord record = await records.RequireAsync(
            container, request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
        if (await IsCompletedAsync(record, request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false))
        {
            // The completion died while it deleted the parts. A caller who resumes the upload must not send the missing parts again.
            throw UploadRecords.NoSuchUpload();
        }

        List<StoredPart> parts = await stored.ListStoredPartsAsync(
            container, request.Bucket, request.UploadId, request.StartAfter, request.PageSize + 1, cancellationToken).ConfigureAwait(false);
        return Paging.Page(request, parts.Select(static part => part.Part));
    }

    /// <summary>Whether the upload has created the object. Only a claimed upload can have done so.</summary>
    private async Task<bool> IsCompletedAsync(
        UploadRecord record, string bucket, string key, string uploadId, CancellationToken cancellationToken) =>
        record.Claim is not null
            && (await reads.TryHeadAsync(bucket, key, cancellationToken).ConfigureAwait(false))?.MadeBy(uploadId) is not null;

    /// <summary>
    /// The record is marked first, which decides a race with a completion. It is deleted last, so after a crash it still leads to all
    /// remaining objects.
    /// </summary>
    public async Task AbortAsync(AbortUploadRequest request, CancellationToken cancellationToken)
    {
        string container = upstream.Container(request.Bucket);
        UploadRecord record = await MarkAbortedAsync(container, request, cancellationToken).ConfigureAwait(false);
        await temporary.DeleteAllAsync(container, names.Upload(request.Bucket, request.UploadId), cancellationToken).ConfigureAwait(false);

        // A completion whose claim counted as dead can have committed until its parts were deleted. After this point it cannot.
        bool wasCompleted = await IsCompletedAsync(record, request.Bucket, request.Key, request.UploadId, cancellationToken)
            .ConfigureAwait(false);
        await records.DeleteAsync(
            container, request.Bucket, request.Key, request.UploadId, record.Generation, cancellationToken).ConfigureAwait(false);
        if (wasCompleted)
        {
            throw UploadRecords.NoSuchUpload();
        }
    }

    public async Task<ListUploadsResult> ListAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await records.ListAsync(upstream.Container(request.Bucket), request, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw upstream.Missing(request.Bucket, error);
        }
    }

    /// <returns>The record before the change.</returns>
    private async Task<UploadRecord> MarkAbortedAsync(string container, AbortUploadRequest request, CancellationToken cancellationToken)
    {
        var watch = new ClaimWatch(time, requests.Limits);
        long? refused = null;
        int round = 0;
        while (true)
        {
            UploadRecord record = await records.FindAsync(container, request.Bucket, request.Key, request.UploadId, cancellationToken)
                .ConfigureAwait(false);
            if (record.IsAborted)
            {
                // Another process has marked it and has not finished.
                return record;
            }

            if (record.Claim is not null)
            {
                StoredObject? current = await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
                if (current?.MadeBy(request.UploadId) is not null)
                {
                    await cleanUp.CleanUpAsync(
                        container, request.Bucket, request.Key, request.UploadId, record.Generation, cancellationToken)
                        .ConfigureAwait(false);
                    throw UploadRecords.NoSuchUpload();
                }

                if (!watch.IsDead(record))
                {
                    await watch.WaitAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                }
            }

            // A refusal although the record has not changed has another reason, and a retry would not help.
            if (record.Metageneration == refused || round == Retries.MaxRounds)
            {
                throw new StorageException(
                    StorageErrorCode.OperationAborted,
                    "The service refused to mark the upload as aborted. The upload is unchanged. Abort it again later.");
            }

            if (await records.TryAbortAsync(container, request.Bucket, record, cancellationToken).ConfigureAwait(false))
            {
                return record;
            }

            refused = record.Metageneration;
            await Task.Delay(Retries.Pause(++round), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>The generation of the record.</returns>
    private async Task<long> CreateRecordAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        string container = upstream.Container(request.Bucket);

        // Also proves before any part is sent that the key has a valid name.
        names.ObjectName(request.Bucket, request.Key);
        try
        {
            return await records.CreateAsync(
                container, request.Bucket, request.Key, request.WriteToken, request.Attributes, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Code: StorageErrorCode.NoSuchKey, IsOutcomeUnknown: false })
        {
            throw upstream.Missing(request.Bucket, error);
        }
    }
}
