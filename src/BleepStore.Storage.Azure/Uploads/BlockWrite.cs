using System.Collections.Concurrent;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>
/// A large object that one call writes by blocks. This object knows all staged blocks, so there is no record upstream, and the completion
/// lists nothing. The write token serves as the upload id in the names of the blocks.
/// </summary>
/// <param name="parts">Stages parts.</param>
/// <param name="completions">Completes in place.</param>
/// <param name="publication">Completes an isolated upload.</param>
/// <param name="begun">The object to write.</param>
/// <param name="where">The place where the parts wait.</param>
internal sealed class BlockWrite(
    AzureParts parts, Completions completions, Publication publication, CreateUploadRequest begun, MultipartStaging where) : PartedWrite
{
    /// <summary>Every part number is sent once, so no block replaces another.</summary>
    private const long OnlyAttempt = 1;

    private readonly ConcurrentDictionary<int, StagedBlock> _staged = [];
    private bool _mayHaveStaged;
    private bool _isCommitted;

    private bool IsIsolated => where == MultipartStaging.Isolated;

    public override Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken) => AddAsync(
        StagedBlock.New(begun.WriteToken, partNumber, OnlyAttempt, body.ETag, body.Length!.Value),
        (blob, block) => parts.StageAsync(blob, block, body, outcomeCanBeUnknown: false, cancellationToken));

    public override Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken)
    {
        string etag = ETags.OfCopiedPart(sourceProperties, range);
        return AddAsync(
            StagedBlock.New(begun.WriteToken, partNumber, OnlyAttempt, etag, range.Length, BlockFlags.Copied),
            (blob, block) =>
                parts.StageCopiedPartAsync(blob, block, source, sourceProperties, range, outcomeCanBeUnknown: false, cancellationToken));
    }

    /// <summary>In place, this takes one request.</summary>
    public override async Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> chosen, WriteCondition condition, CancellationToken cancellationToken)
    {
        var request = new CompleteUploadRequest
        {
            Bucket = begun.Bucket,
            Key = begun.Key,
            UploadId = begun.WriteToken,
            Parts = chosen,
            Condition = condition,
        };
        var completed = CompletedParts.Choose(request, _staged.ToDictionary(static part => part.Key, static part => part.Value.Part));
        return IsIsolated
            ? await PublishAsync(request, completed, cancellationToken).ConfigureAwait(false)
            : await completions.CommitUnrecordedAsync(request, begun.Attributes, completed, _staged, cancellationToken)
                .ConfigureAwait(false);
    }

    /// <summary>Blocks on the destination expire by themselves. A private blob must be deleted.</summary>
    public override Task AbortAsync(CancellationToken cancellationToken) => IsIsolated && _mayHaveStaged
        ? publication.DiscardPrivateAsync(new ObjectAddress(begun.Bucket, begun.Key), begun.WriteToken, _isCommitted, cancellationToken)
        : Task.CompletedTask;

    private async Task<PartInfo> AddAsync(StagedBlock block, Func<BlockBlobClient, StagedBlock, Task> stage)
    {
        _mayHaveStaged = true;
        StagingPlace place = parts.PlaceOf(begun.Bucket, begun.Key, begun.WriteToken, where);
        await stage(place.Blob, block).ConfigureAwait(false);
        _staged[block.Id.PartNumber] = block;
        return block.Part;
    }

    /// <summary>Nobody else knows of the private blob, so there is no claim, and no look at the destination.</summary>
    private async Task<ObjectProperties> PublishAsync(
        CompleteUploadRequest request, CompletedParts completed, CancellationToken cancellationToken)
    {
        var record = new UploadRecord(begun.Key, begun.WriteToken, begun.Attributes, InitiatedAt: default)
        {
            Staging = MultipartStaging.Isolated,
            Publishing = DestinationMark.Unknown,
        };
        ObjectProperties whole = await publication.CommitPrivatelyAsync(
            begun.Bucket, record, completed, _staged, claim: null, cancellationToken).ConfigureAwait(false);
        _isCommitted = true;
        ObjectProperties made = await publication.PublishAsync(request, begun.Attributes, whole, cancellationToken).ConfigureAwait(false);
        await completions.ForgetAsync(request, claim: null, cancellationToken).ConfigureAwait(false);
        return made;
    }
}
