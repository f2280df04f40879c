using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

internal sealed partial class AzureBackend
{
    /// <summary>How often a completion starts over because the blob changed between looking and committing.</summary>
    private const int CommitAttempts = 5;

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        request.IsTransient ? CompleteTransientAsync(request, cancellationToken) : CompleteRecordedAsync(request, cancellationToken);

    /// <summary>One request: everything was staged here, under ids that nobody else knows.</summary>
    private async Task<ObjectProperties> CompleteTransientAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        if (!_transient.TryGetValue(request.UploadId, out TransientBlocks? upload))
        {
            throw UploadRecords.NoSuchUpload();
        }

        var parts = CompletedParts.Choose(request, upload.Parts.ToDictionary(static part => part.Key, static part => part.Value.Part));
        ObjectProperties made = await CommitAsync(request, upload.Attributes, parts, upload.Parts, ToConditions(request.Condition), cancellationToken).ConfigureAwait(false);

        // Committed ids are never committed again: that would bring back what was overwritten since, or a part of it.
        _transient.TryRemove(request.UploadId, out _);
        return made;
    }

    /// <summary>
    /// Record, block list, commit, record: four requests, and no byte of the object. The commit is pinned to the blob as it was when its uncommitted blocks
    /// were listed, because the SDK commits the latest block of an id, committed or not (azure-sdk-for-net#10911): were another completion faster, ours
    /// would cut its object to what we name.
    /// </summary>
    private async Task<ObjectProperties> CompleteRecordedAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        BlockBlobClient blob = Blob(request.Bucket, request.Key);
        UploadRecord record = await _records.FindAsync(request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
        for (int attempt = 1; ; attempt++)
        {
            StagedUpload staged = await ListStagedAsync(blob, request.UploadId, cancellationToken).ConfigureAwait(false);
            if (staged.Blocks.Count == 0)
            {
                return await JudgeLostBlocksAsync(request, record, cancellationToken).ConfigureAwait(false);
            }

            var parts = CompletedParts.Choose(request, staged.Blocks.ToDictionary(static block => block.Key, static block => block.Value.Part));
            bool pinned = request.Condition.IsNone;
            BlobRequestConditions? conditions = pinned ? Unchanged(staged) : ToConditions(request.Condition);
            try
            {
                ObjectProperties made = await CommitAsync(request, record.Attributes, parts, staged.Blocks, conditions, cancellationToken).ConfigureAwait(false);
                await ForgetAsync(request, cancellationToken).ConfigureAwait(false);
                return made;
            }
            catch (StorageException error) when (attempt < CommitAttempts
                && (error.Code == StorageErrorCode.UploadInvalidated || (pinned && error.Code == StorageErrorCode.PreconditionFailed)))
            {
                // Somebody wrote to the blob in between, or our own first attempt did: look again.
            }
        }
    }

    /// <summary>None of the upload's blocks is left uncommitted: either we have committed them, or another write has discarded them, or there never were any.</summary>
    private async Task<ObjectProperties> JudgeLostBlocksAsync(CompleteUploadRequest request, UploadRecord record, CancellationToken cancellationToken)
    {
        StoredObject? current = null;
        try
        {
            current = await HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // No object, so nothing has discarded blocks that is still there to be seen.
        }

        if (current?.WriteToken == request.UploadId)
        {
            await ForgetAsync(request, cancellationToken).ConfigureAwait(false);
            return current.Properties;
        }

        // Times have seconds.
        if (current is not null && current.Properties.LastModified.ToUnixTimeSeconds() >= record.InitiatedAt.ToUnixTimeSeconds())
        {
            throw new StorageException(
                StorageErrorCode.UploadInvalidated,
                "Another write to the key, after the upload was begun, discarded the parts that were staged on it. Abort the upload and begin again.");
        }

        CompletedParts.Choose(request, new Dictionary<int, PartInfo>());
        throw UploadRecords.NoSuchUpload();
    }

    private async Task<ObjectProperties> CommitAsync(
        CompleteUploadRequest request,
        ObjectAttributes attributes,
        CompletedParts parts,
        IReadOnlyDictionary<int, StagedBlock> blocks,
        BlobRequestConditions? conditions,
        CancellationToken cancellationToken)
    {
        BlockBlobClient blob = Blob(request.Bucket, request.Key);
        string etag = parts.ETag;
        IEnumerable<string> ids = parts.Parts.Select(part => blocks[part.PartNumber]).Where(static block => block.HasBytes).Select(static block => block.Id.Encode());
        var options = new CommitBlockListOptions
        {
            HttpHeaders = AzureProperties.Headers(attributes),
            Metadata = AzureProperties.Metadata(attributes, etag, parts.Size, request.UploadId),
            AccessTier = AzureProperties.Tier(attributes),
            Conditions = conditions,
        };
        BlobContentInfo made = await WriteObjectAsync(
            request.Condition,
            async () => (await blob.CommitBlockListAsync(ids, options, cancellationToken).ConfigureAwait(false)).Value,
            cancellationToken).ConfigureAwait(false);
        return AzureProperties.Written(request.Key, parts.Size, etag, attributes, made.ETag, made.LastModified);
    }

    /// <summary>The object is there: a record that cannot be deleted is found again by the next completion, or by the reaper.</summary>
    private async Task ForgetAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await _records.DeleteAsync(request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // The commit is what the caller asked for, and it succeeded.
        }
    }

    private static BlobRequestConditions Unchanged(StagedUpload staged) =>
        staged.Blob is { } etag ? new BlobRequestConditions { IfMatch = AzureProperties.Quoted(AzureProperties.Bare(etag)) } : new BlobRequestConditions { IfNoneMatch = ETag.All };
}
