using System.Runtime.ExceptionServices;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Objects;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>Completes uploads whose blocks wait on the blob that is the object.</summary>
internal sealed class Completions(
    AzureUpstream upstream,
    AzureReads reads,
    AzureRequests requests,
    UploadRecords records,
    AzureParts parts)
{
    public async Task<ObjectProperties> CommitClaimedAsync(
        CompleteUploadRequest request, UploadRecord record, CancellationToken cancellationToken)
    {
        SortedDictionary<int, StagedBlock> staged = await parts.ListStagedAsync(
            request.Bucket, record, ETagsOf(request), cancellationToken).ConfigureAwait(false);
        if (staged.Count == 0 || request.Parts.Any(part => !staged.ContainsKey(part.PartNumber) && record.Staged.Contains(part.PartNumber)))
        {
            return await JudgeLostBlocksAsync(request, record, refusal: null, cancellationToken).ConfigureAwait(false);
        }

        var chosen = CompletedParts.Choose(request, staged.ToDictionary(static block => block.Key, static block => block.Value.Part));
        try
        {
            return await CommitAsync(request, record.Attributes, chosen, staged, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.UploadInvalidated)
        {
            // Another write changed the blob meanwhile, or this upload's own first attempt did.
            return await JudgeLostBlocksAsync(request, record, error, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.IsOutcomeUnknown)
        {
            // The core would also recognise it, but then the record would stay.
            if (await TryRecogniseAsync(request, cancellationToken).ConfigureAwait(false) is { } made)
            {
                return made;
            }

            throw;
        }
    }

    /// <summary>
    /// Handles blocks of the upload that are no longer uncommitted. Either this library has committed them, or another write has discarded
    /// them, or they never existed.
    /// </summary>
    /// <param name="request">The completion.</param>
    /// <param name="record">The upload's record.</param>
    /// <param name="refusal">
    /// The refusal of the commit, if one was sent. If its outcome is unknown, the commit may have taken effect, and its object may have
    /// been replaced or deleted since.
    /// </param>
    /// <param name="cancellationToken">Stops the read of the object.</param>
    private async Task<ObjectProperties> JudgeLostBlocksAsync(
        CompleteUploadRequest request, UploadRecord record, StorageException? refusal, CancellationToken cancellationToken)
    {
        bool mayHaveLanded = refusal is { IsOutcomeUnknown: true };
        StoredObject? current;
        try
        {
            current = await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException) when (mayHaveLanded)
        {
            ExceptionDispatchInfo.Throw(refusal!);
            throw;
        }

        if (current?.MadeBy(request.UploadId) is { } made)
        {
            return made;
        }

        if (mayHaveLanded)
        {
            ExceptionDispatchInfo.Throw(refusal!);
        }

        request.Condition.ThrowIfNotMet(current?.Properties);

        // Times have whole seconds.
        bool isUntouched = current is null || current.Properties.LastModified.ToUnixTimeSeconds() < record.InitiatedAt.ToUnixTimeSeconds();
        if (isUntouched && !record.Staged.Any)
        {
            CompletedParts.Choose(request, new Dictionary<int, PartInfo>());
        }

        throw new StorageException(
            StorageErrorCode.UploadInvalidated,
            "Another write to the key, or its deletion, after the upload was begun, discarded the parts that were staged on it. Abort " +
            "the upload and begin again.");
    }

    /// <summary>Commits the blocks that one call has staged without a record.</summary>
    public async Task<ObjectProperties> CommitUnrecordedAsync(
        CompleteUploadRequest request,
        ObjectAttributes attributes,
        CompletedParts chosen,
        IReadOnlyDictionary<int, StagedBlock> blocks,
        CancellationToken cancellationToken)
    {
        try
        {
            return await CommitAsync(request, attributes, chosen, blocks, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (
            error is { Code: StorageErrorCode.UploadInvalidated, IsOutcomeUnknown: false } && !request.Condition.IsNone)
        {
            // The write that discarded the blocks may be the one that the condition should prevent.
            request.Condition.ThrowIfNotMet(
                (await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false))?.Properties);
            throw;
        }
    }

    private async Task<ObjectProperties> CommitAsync(
        CompleteUploadRequest request,
        ObjectAttributes attributes,
        CompletedParts chosen,
        IReadOnlyDictionary<int, StagedBlock> blocks,
        CancellationToken cancellationToken)
    {
        BlockBlobClient blob = upstream.Object(request.Bucket, request.Key);
        string etag = chosen.ETag;
        var options = new CommitBlockListOptions
        {
            HttpHeaders = AzureProperties.Headers(attributes),
            Metadata = AzureProperties.Metadata(attributes, etag, chosen.Size, request.UploadId),
            AccessTier = AzureProperties.Tier(attributes),
            Conditions = AzureConditions.Of(request.Condition),
        };
        BlobContentInfo made = await requests.WriteObjectAsync(
            request.Condition,
            token => blob.CommitBlockListAsync(IdsOf(chosen, blocks), options, token),
            isServerWork: true,
            cancellationToken).ConfigureAwait(false);
        return AzureProperties.Written(request.Key, chosen.Size, etag, attributes, made.ETag, made.LastModified);
    }

    /// <summary>The object exists. If the record cannot be deleted, the next completion or the reaper finds it.</summary>
    public async Task ForgetAsync(CompleteUploadRequest request, string? claim, CancellationToken cancellationToken)
    {
        try
        {
            await records.DeleteAsync(request.Bucket, request.Key, request.UploadId, claim, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // The commit that the caller requested has succeeded.
        }
    }

    public static Dictionary<int, string> ETagsOf(CompleteUploadRequest request) =>
        request.Parts.ToDictionary(static part => part.PartNumber, static part => part.ETag);

    public static IEnumerable<string> IdsOf(CompletedParts chosen, IReadOnlyDictionary<int, StagedBlock> blocks) =>
        chosen.Parts
            .Select(part => blocks[part.PartNumber])
            .Where(static block => block.HasBytes)
            .Select(static block => block.Id.Encode());

    public async Task<ObjectProperties?> TryRecogniseAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        try
        {
            StoredObject? current = await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
            return current?.MadeBy(request.UploadId);
        }
        catch (StorageException)
        {
            // The caller reports the failure of the publication, which a failed read of the object does not change.
            return null;
        }
    }
}
