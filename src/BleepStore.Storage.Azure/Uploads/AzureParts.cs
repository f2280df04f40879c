using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Copies;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>Stages parts as blocks, on the blob that they become or on one of their upload's own, and lists them.</summary>
internal sealed class AzureParts(
    AzureUpstream upstream, AzureRequests requests, UploadRecords records, CopySources sources, BlockCopies copies)
{
    private StagingPlace PlaceOf(string bucket, UploadRecord record) => PlaceOf(bucket, record.Key, record.UploadId, record.Staging);

    public StagingPlace PlaceOf(string bucket, string key, string uploadId, MultipartStaging staging)
    {
        // Also proves that the key has a valid name.
        BlockBlobClient destination = upstream.Object(bucket, key);
        return staging == MultipartStaging.Isolated
            ? new StagingPlace(records.Blob(bucket, key, uploadId), IsPrivate: true)
            : new StagingPlace(destination, IsPrivate: false);
    }

    /// <summary>
    /// Stages a part at the place of its upload. A part that is sent to an upload that has ended must not count as stored. A private blob
    /// is locked while a completion claims it. Afterwards the upload has ended or is open again.
    /// </summary>
    public async Task<PartInfo> UploadPartAsync(
        PartAddress part,
        Func<long, StagedBlock> number,
        Func<BlockBlobClient, StagedBlock, Task> stage,
        CancellationToken cancellationToken)
    {
        for (int wait = 0; ; wait++)
        {
            (StagingPlace place, StagedBlock block) = await PrepareAsync(part, number, cancellationToken).ConfigureAwait(false);
            try
            {
                await stage(place.Blob, block).ConfigureAwait(false);
                records.NoteStaged(block.Id.Upload, block.Id.PartNumber);
                return block.Part;
            }
            catch (StorageException error) when (place.IsPrivate && UploadRecords.IsClaimed(error))
            {
                await records.WaitAsync(wait, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Returns where somebody else can stage a part, and the id of its block. The next attempt then has a higher number.</summary>
    /// <param name="part">The part.</param>
    /// <param name="etag">Its MD5, in hexadecimal digits.</param>
    /// <param name="cancellationToken">Stops the requests.</param>
    public async Task<(BlockBlobClient Blob, BlockId Id)> ReserveAsync(PartAddress part, string etag, CancellationToken cancellationToken)
    {
        (StagingPlace place, StagedBlock block) = await PrepareAsync(
            part,
            attempt => StagedBlock.New(part.UploadId, part.PartNumber, attempt, etag, size: 1),
            cancellationToken).ConfigureAwait(false);
        return (place.Blob, block.Id);
    }

    private async Task<(StagingPlace Place, StagedBlock Block)> PrepareAsync(
        PartAddress part, Func<long, StagedBlock> number, CancellationToken cancellationToken)
    {
        UploadRecord record = await records.FindAsync(part.Bucket, part.Key, part.UploadId, cancellationToken).ConfigureAwait(false);
        long attempt = await NextAttemptAsync(part.Bucket, record, part.PartNumber, cancellationToken).ConfigureAwait(false);
        return (PlaceOf(part.Bucket, record), number(attempt));
    }

    /// <summary>
    /// Takes one more than the highest attempt of the part that this process has taken or that is listed. The list is read only where an
    /// earlier attempt is possible. That is once for an upload of another process, and for a part that was sent or signed before. Two
    /// processes that send a part at the same time can take the same number. The caller's ETag then decides.
    /// </summary>
    private async Task<long> NextAttemptAsync(string bucket, UploadRecord record, int partNumber, CancellationToken cancellationToken)
    {
        if (records.TryFirstAttempt(record.UploadId, partNumber))
        {
            return 1;
        }

        SortedDictionary<int, StagedBlock> staged = await ListStagedAsync(bucket, record, wanted: null, cancellationToken)
            .ConfigureAwait(false);
        return records.NextAttempt(
            record.UploadId, partNumber, staged.Select(static part => KeyValuePair.Create(part.Key, part.Value.Id.Attempt)));
    }

    /// <param name="blob">The blob to stage on.</param>
    /// <param name="block">The block.</param>
    /// <param name="body">The bytes. They are ignored for an empty part.</param>
    /// <param name="outcomeCanBeUnknown">
    /// Whether a failure can leave the state of the part unknown to the caller. It cannot if the whole write fails with it.
    /// </param>
    /// <param name="cancellationToken">Stops the request.</param>
    public Task StageAsync(
        BlockBlobClient blob, StagedBlock block, StorageBody? body, bool outcomeCanBeUnknown, CancellationToken cancellationToken)
    {
        StorageBody bytes = block.HasBytes ? body! : StorageBody.FromBytes(new byte[1]);
        var options = new BlockBlobStageBlockOptions
        {
            TransferValidation = new global::Azure.Storage.UploadTransferValidationOptions
            {
                ChecksumAlgorithm = global::Azure.Storage.StorageChecksumAlgorithm.MD5,
                PrecalculatedChecksum = bytes.Md5!.Value,
            },
        };

        // A caller's part exists or not, which the caller can check. A put whose parts fail has changed nothing.
        return requests.StageBodyAsync(
            bytes.OpenRewindable(), outcomeCanBeUnknown, (content, token) =>
                blob.StageBlockAsync(block.Id.Encode(), content, options, token), cancellationToken);
    }

    public async Task<SortedDictionary<int, StagedBlock>> ListStagedAsync(
        string bucket, UploadRecord record, IReadOnlyDictionary<int, string>? wanted, CancellationToken cancellationToken)
    {
        StagingPlace place = PlaceOf(bucket, record);
        SortedDictionary<int, StagedBlock> staged;
        try
        {
            staged = place.Read(
                record.UploadId, await requests.ListBlocksAsync(place.Blob, place.Blocks, cancellationToken).ConfigureAwait(false), wanted);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            staged = [];
        }

        if (record.EmptyPart is { } empty)
        {
            StagedUpload.AddLatest(staged, new StagedBlock(empty, 0), wanted);
        }

        return staged;
    }

    public async Task StageCopiedPartAsync(
        BlockBlobClient blob,
        StagedBlock block,
        ObjectAddress source,
        ObjectProperties sourceProperties,
        ContentRange range,
        bool outcomeCanBeUnknown,
        CancellationToken cancellationToken)
    {
        if (block.HasBytes)
        {
            try
            {
                await sources.UseAsync(
                    upstream.Object(source.Bucket, source.Key),
                    authorised => copies.StageCopyAsync(
                        blob, block, authorised, sourceProperties.Revision, range, outcomeCanBeUnknown, cancellationToken),
                    cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (AzureCopies.IsArchived(error, sourceProperties))
            {
                throw AzureCopies.Archived(error);
            }
        }
        else
        {
            await StageAsync(blob, block, body: null, outcomeCanBeUnknown, cancellationToken).ConfigureAwait(false);
        }
    }
}
