using System.Collections.Concurrent;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure;

/// <summary>
/// A large object that one call writes by blocks. This object knows all that was staged, so there is no record upstream, and the completion
/// lists nothing.
/// </summary>
internal sealed class BlockWrite(AzureBackend backend, CreateUploadRequest begun, MultipartStaging staging) : PartedWrite
{
    /// <summary>Every part number is sent once, so no block replaces another.</summary>
    private const long OnlyAttempt = 1;

    private readonly ConcurrentDictionary<int, StagedBlock> _staged = [];
    private bool _mayHaveStaged;
    private bool _isCommitted;

    private bool IsIsolated => staging == MultipartStaging.Isolated;

    public override Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken) => StageAsync(
        AzureBackend.NewBlock(begun.WriteToken, partNumber, OnlyAttempt, body.ETag, body.Length!.Value),
        (blob, block) => backend.StageAsync(blob, block, body, isSeen: false, cancellationToken));

    public override Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken)
    {
        BlockBlobClient from = backend.Blob(source.Bucket, source.Key);
        string etag = ETags.OfCopiedPart(sourceProperties, range);
        return StageAsync(
            AzureBackend.NewBlock(begun.WriteToken, partNumber, OnlyAttempt, etag, range.Length, BlockFlags.Copied),
            (blob, block) => backend.StageCopiedPartAsync(blob, block, from, sourceProperties, range, isSeen: false, cancellationToken));
    }

    /// <summary>In place this is one request.</summary>
    public override async Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken)
    {
        var request = new CompleteUploadRequest
        {
            Bucket = begun.Bucket,
            Key = begun.Key,
            UploadId = begun.WriteToken,
            Parts = parts,
            Condition = condition,
        };
        var chosen = CompletedParts.Choose(request, _staged.ToDictionary(static part => part.Key, static part => part.Value.Part));
        if (IsIsolated)
        {
            return await PublishAsync(request, chosen, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await backend.CommitAsync(request, begun.Attributes, chosen, _staged, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Code: StorageErrorCode.UploadInvalidated, IsOutcomeUnknown: false } && !condition.IsNone)
        {
            // What discarded the blocks may be what the condition was to prevent.
            condition.ThrowIfNotMet((await backend.TryHeadAsync(begun.Bucket, begun.Key, cancellationToken).ConfigureAwait(false))?.Properties);
            throw;
        }
    }

    /// <summary>Blocks on the destination expire by themselves. A private blob must be deleted.</summary>
    public override Task AbortAsync(CancellationToken cancellationToken) => IsIsolated && _mayHaveStaged
        ? backend.DiscardPrivateAsync(new ObjectAddress(begun.Bucket, begun.Key), begun.WriteToken, _isCommitted, cancellationToken)
        : Task.CompletedTask;

    private async Task<PartInfo> StageAsync(StagedBlock block, Func<BlockBlobClient, StagedBlock, Task> stage)
    {
        _mayHaveStaged = true;
        StagingPlace place = backend.PlaceOf(begun.Bucket, begun.Key, begun.WriteToken, staging);
        await stage(place.Blob, block).ConfigureAwait(false);
        _staged[block.Id.PartNumber] = block;
        return block.Part;
    }

    /// <summary>Nobody else knows of the private blob, so there is no claim, and no look at the destination.</summary>
    private async Task<ObjectProperties> PublishAsync(CompleteUploadRequest request, CompletedParts parts, CancellationToken cancellationToken)
    {
        var record = new UploadRecord(begun.Key, begun.WriteToken, begun.Attributes, InitiatedAt: default)
        {
            Staging = MultipartStaging.Isolated,
            Publishing = DestinationMark.Unknown,
        };
        ObjectProperties whole = await backend.CommitPrivatelyAsync(
            begun.Bucket, record, parts, _staged, claim: null, cancellationToken).ConfigureAwait(false);
        _isCommitted = true;
        ObjectProperties made = await backend.PublishAsync(request, begun.Attributes, whole, cancellationToken).ConfigureAwait(false);
        await backend.ForgetAsync(request, claim: null, cancellationToken).ConfigureAwait(false);
        return made;
    }
}
