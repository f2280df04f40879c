using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

internal sealed partial class AzureBackend
{
    private StagingPlace PlaceOf(string bucket, UploadRecord record) => PlaceOf(bucket, record.Key, record.UploadId, record.Staging);

    internal StagingPlace PlaceOf(string bucket, string key, string uploadId, MultipartStaging staging)
    {
        // Also proves that the key can be spelled.
        BlockBlobClient destination = Blob(bucket, key);
        return staging == MultipartStaging.Isolated ? new StagingPlace(_records.Blob(bucket, key, uploadId), IsPrivate: true) : new StagingPlace(destination, IsPrivate: false);
    }

    /// <summary>
    /// Stages a part where its upload waits. A part sent to an upload that ended must not be taken for stored. A private blob is closed
    /// while a completion has it: then the upload either ends or is open again.
    /// </summary>
    private async Task<PartInfo> StagePartAsync(
        PartAddress part, Func<long, StagedBlock> number, Func<BlockBlobClient, StagedBlock, Task> stage, CancellationToken cancellationToken)
    {
        for (int wait = 0; ; wait++)
        {
            (StagingPlace place, StagedBlock block) = await PrepareAsync(part, number, cancellationToken).ConfigureAwait(false);
            try
            {
                await stage(place.Blob, block).ConfigureAwait(false);
                _records.NoteStaged(block.Id.Upload, block.Id.PartNumber);
                return block.Part;
            }
            catch (StorageException error) when (place.IsPrivate && UploadRecords.IsClaimed(error))
            {
                await _records.WaitAsync(wait, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<(StagingPlace Place, StagedBlock Block)> PrepareAsync(PartAddress part, Func<long, StagedBlock> number, CancellationToken cancellationToken)
    {
        UploadRecord record = await _records.FindAsync(part.Bucket, part.Key, part.UploadId, cancellationToken).ConfigureAwait(false);
        long attempt = await NextAttemptAsync(part.Bucket, record, part.PartNumber, cancellationToken).ConfigureAwait(false);
        return (PlaceOf(part.Bucket, record), number(attempt));
    }

    /// <summary>
    /// One more than the highest attempt at the part that is listed. The list is read only where there can be an earlier attempt: once for
    /// an upload that another process began, and for a part that was sent before. Two processes that send a part at the same time can give
    /// the same number, which the caller's ETag decides.
    /// </summary>
    private async Task<long> NextAttemptAsync(string bucket, UploadRecord record, int partNumber, CancellationToken cancellationToken)
    {
        if (_records.IsFirstAttempt(record.UploadId, partNumber))
        {
            return 1;
        }

        SortedDictionary<int, StagedBlock> staged = await ListStagedAsync(bucket, record, wanted: null, cancellationToken).ConfigureAwait(false);
        _records.NoteSent(record.UploadId, [.. staged.Keys, partNumber]);
        return staged.TryGetValue(partNumber, out StagedBlock? latest) ? latest.Id.Attempt + 1 : 1;
    }

    internal static StagedBlock NewBlock(string uploadId, int number, long attempt, string etag, long size, BlockFlags flags = BlockFlags.None) =>
        new(new BlockId(uploadId, number, attempt, etag, size == 0 ? flags | BlockFlags.Empty : flags), size);

    /// <param name="blob">The blob to stage on.</param>
    /// <param name="block">The block.</param>
    /// <param name="body">Its bytes; not looked at for an empty part.</param>
    /// <param name="isSeen">Whether the caller sees whether the part arrived.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    internal Task StageAsync(BlockBlobClient blob, StagedBlock block, StorageBody? body, bool isSeen, CancellationToken cancellationToken)
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

        // A part of the caller's is there or not, which the caller can see. A put whose parts fail has changed nothing.
        return _requests.StageBodyAsync(
            bytes.OpenRewindable(), isSeen, (content, token) => blob.StageBlockAsync(block.Id.Encode(), content, options, token), cancellationToken);
    }

    private async Task<SortedDictionary<int, StagedBlock>> ListStagedAsync(
        string bucket, UploadRecord record, IReadOnlyDictionary<int, string>? wanted, CancellationToken cancellationToken)
    {
        StagingPlace place = PlaceOf(bucket, record);
        SortedDictionary<int, StagedBlock> staged;
        try
        {
            staged = place.Read(record.UploadId, await _requests.ListBlocksAsync(place.Blob, place.Blocks, cancellationToken).ConfigureAwait(false), wanted);
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
}
