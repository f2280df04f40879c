using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Copies;
using BleepStore.Storage.Azure.Objects;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>
/// Completes an upload whose parts wait on a private blob. The parts are committed there, with a mark that names the object at the
/// destination. A copy on the server publishes them. Then the private blob is deleted. If the process is interrupted at any point, the
/// destination has the old or the new object. The mark tells the next completion how to continue.
/// </summary>
/// <param name="upstream">Locates objects.</param>
/// <param name="reads">Reads objects.</param>
/// <param name="requests">Sends requests.</param>
/// <param name="records">The records of the uploads.</param>
/// <param name="parts">Lists parts.</param>
/// <param name="completions">Recognises the write's own object.</param>
/// <param name="copies">Copies the private blob.</param>
internal sealed class Publication(
    AzureUpstream upstream,
    AzureReads reads,
    AzureRequests requests,
    UploadRecords records,
    AzureParts parts,
    Completions completions,
    AzureCopies copies)
{
    public async Task<ObjectProperties> PublishClaimedAsync(
        CompleteUploadRequest request, UploadRecord record, UploadClaim claim, CancellationToken cancellationToken)
    {
        StoredObject? current = await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
        if (current?.MadeBy(request.UploadId) is { } made)
        {
            // An earlier completion has already published the object.
            return made;
        }

        RequireUnpublished(request.Condition, record, current);
        request.Condition.ThrowIfNotMet(current?.Properties);
        SortedDictionary<int, StagedBlock> staged = await parts.ListStagedAsync(
            request.Bucket, record, Completions.ETagsOf(request), cancellationToken).ConfigureAwait(false);
        var chosen = CompletedParts.Choose(request, staged.ToDictionary(static block => block.Key, static block => block.Value.Part));
        UploadRecord marked = record with { Publishing = DestinationMark.Of(current), EmptyPart = EmptyPartOf(chosen, staged) };
        ObjectProperties whole = await CommitPrivatelyAsync(request.Bucket, marked, chosen, staged, claim.Id, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return await PublishAsync(request, marked.Attributes, whole, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (!error.IsOutcomeUnknown)
        {
            await TakeBackMarkAsync(request.Bucket, marked, claim, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// The destination has a mark without this upload's token. A completion was interrupted, either before the object was published or
    /// after. If the destination has not changed, it was before. Otherwise the order is unknown. Newer data must not be overwritten unless
    /// the caller names the current object.
    /// </summary>
    private static void RequireUnpublished(WriteCondition condition, UploadRecord record, StoredObject? current)
    {
        bool isUntouched = record.Publishing is not { } mark || mark == DestinationMark.Of(current);
        bool isNamed = current is null ? condition.IfAbsent : condition.IfRevision == current.Properties.Revision;
        if (!isUntouched && !isNamed)
        {
            throw new StorageException(
                StorageErrorCode.OperationAborted,
                "A completion of this upload was interrupted, and the key has been written or deleted since. It is unknown whether the " +
                "upload was published before that. Nothing was overwritten. "
                + "Read the object, then complete under a condition that names it (IfRevision, or IfAbsent where there is none). Or " +
                "abort the upload.")
            {
                IsOutcomeUnknown = true,
            };
        }
    }

    /// <summary>The placeholder of an empty part is never committed, so the record must keep it. Only the last part can be empty.</summary>
    private static BlockId? EmptyPartOf(CompletedParts chosen, SortedDictionary<int, StagedBlock> staged) =>
        staged[chosen.Parts[^1].PartNumber] is { HasBytes: false } empty ? empty.Id : null;

    /// <summary>
    /// Makes the private blob the whole object. It stays a record, and in the default access tier, since an archived blob cannot be copied.
    /// </summary>
    /// <returns>The object to come, of the private blob's revision.</returns>
    public async Task<ObjectProperties> CommitPrivatelyAsync(
        string bucket,
        UploadRecord record,
        CompletedParts chosen,
        IReadOnlyDictionary<int, StagedBlock> blocks,
        string? claim,
        CancellationToken cancellationToken)
    {
        records.Forget(record.UploadId);
        BlockBlobClient blob = records.Blob(bucket, record.Key, record.UploadId);
        var options = new CommitBlockListOptions
        {
            HttpHeaders = AzureProperties.Headers(record.Attributes),
            Metadata = UploadRecordEntries.Write(record),
            Conditions = claim is null ? null : new BlobRequestConditions { LeaseId = claim },
        };
        BlobContentInfo made = await requests.StageAsync(
            async token => Proof.RequireETag(
                await blob.CommitBlockListAsync(Completions.IdsOf(chosen, blocks), options, token).ConfigureAwait(false)),
            isServerWork: true,
            cancellationToken).ConfigureAwait(false);
        return AzureProperties.Written(record.Key, chosen.Size, chosen.ETag, record.Attributes, made.ETag, made.LastModified);
    }

    /// <summary>Copies the private blob to the destination, in one step. If the answer is lost, the token tells.</summary>
    public async Task<ObjectProperties> PublishAsync(
        CompleteUploadRequest request, ObjectAttributes attributes, ObjectProperties whole, CancellationToken cancellationToken)
    {
        BlockBlobClient source = records.Blob(request.Bucket, request.Key, request.UploadId);
        var copy = new CopyRequest
        {
            Source = new ObjectAddress(request.Bucket, source.Name),
            SourceProperties = whole,
            Bucket = request.Bucket,
            Key = request.Key,
            Attributes = attributes,
            Condition = request.Condition,
            WriteToken = request.UploadId,
        };
        try
        {
            return await copies.TryCopyInOneStepAsync(copy, source, upstream.Object(request.Bucket, request.Key), cancellationToken)
                .ConfigureAwait(false)
                ?? throw new StorageException(
                    StorageErrorCode.NotSupported,
                    "This server supports no copy that replaces an object in one step, so an isolated upload cannot be published. Use " +
                    $"{nameof(MultipartStaging)}.{nameof(MultipartStaging.InPlace)}.");
        }
        catch (StorageException error) when (error.IsOutcomeUnknown)
        {
            if (await completions.TryRecogniseAsync(request, cancellationToken).ConfigureAwait(false) is { } made)
            {
                return made;
            }

            throw;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw UploadRecords.NoSuchUpload(error);
        }
    }

    /// <summary>
    /// Nothing was published, and the mark is removed to tell the next completion so. If this fails, the next completion has to find out.
    /// </summary>
    private async Task TakeBackMarkAsync(string bucket, UploadRecord record, UploadClaim claim, CancellationToken cancellationToken)
    {
        BlockBlobClient blob = records.Blob(bucket, record.Key, record.UploadId);
        IDictionary<string, string> entries = UploadRecordEntries.Write(record with { Publishing = null });
        var conditions = new BlobRequestConditions { LeaseId = claim.Id };
        try
        {
            await requests.WriteAsync(token => blob.SetMetadataAsync(entries, conditions, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // The caller reports why the object was not published.
        }
    }

    /// <summary>
    /// Deletes the private blob of a call. A blob that was never committed cannot be deleted. An empty commit discards its blocks and makes
    /// it a record, which the reaper finds if this process dies before the deletion.
    /// </summary>
    public async Task DiscardPrivateAsync(ObjectAddress address, string uploadId, bool isCommitted, CancellationToken cancellationToken)
    {
        if (!isCommitted)
        {
            var record = new UploadRecord(
                address.Key,
                uploadId,
                new ObjectAttributes(),
                InitiatedAt: default)
            {
                Staging = MultipartStaging.Isolated,
                Publishing = DestinationMark.Unknown,
            };
            BlockBlobClient blob = records.Blob(address.Bucket, address.Key, uploadId);
            var options = new CommitBlockListOptions { Metadata = UploadRecordEntries.Write(record) };
            await requests.WriteAsync(token => blob.CommitBlockListAsync([], options, token), cancellationToken).ConfigureAwait(false);
        }

        await records.DeleteAsync(address.Bucket, address.Key, uploadId, claim: null, cancellationToken).ConfigureAwait(false);
    }
}
