using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

internal sealed partial class AzureBackend
{
    private StagingPlace PlaceOf(string bucket, UploadRecord record) => PlaceOf(bucket, record.Key, record.UploadId, record.Staging);

    private StagingPlace PlaceOf(string bucket, string key, string uploadId, MultipartStaging staging)
    {
        // Also proves that the key can be spelled.
        BlockBlobClient destination = Blob(bucket, key);
        return staging == MultipartStaging.Isolated ? new StagingPlace(_records.Blob(bucket, key, uploadId), IsPrivate: true) : new StagingPlace(destination, IsPrivate: false);
    }

    /// <summary>Where to stage. A part sent to an upload that ended must not be taken for stored.</summary>
    private async Task<StagingPlace> RequirePlaceAsync(string bucket, string key, string uploadId, bool isTransient, CancellationToken cancellationToken)
    {
        if (!isTransient)
        {
            return PlaceOf(bucket, await _records.FindAsync(bucket, key, uploadId, cancellationToken).ConfigureAwait(false));
        }

        if (!_transient.TryGetValue(uploadId, out TransientBlocks? upload))
        {
            throw UploadRecords.NoSuchUpload();
        }

        upload.MayHaveStaged = true;
        return PlaceOf(bucket, key, uploadId, _options.MultipartStaging);
    }

    /// <summary>Stages a part where its upload waits. A private blob is closed while a completion has it: then the upload either ends or is open again.</summary>
    private async Task<PartInfo> StagePartAsync(
        string bucket, string key, string uploadId, bool isTransient, StagedBlock block, Func<BlockBlobClient, Task> stage, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            StagingPlace place = await RequirePlaceAsync(bucket, key, uploadId, isTransient, cancellationToken).ConfigureAwait(false);
            try
            {
                await stage(place.Blob).ConfigureAwait(false);
                return Keep(block, isTransient);
            }
            catch (StorageException error) when (place.IsPrivate && UploadRecords.IsClaimed(error))
            {
                await _records.WaitAsync(attempt, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private StagedBlock NewBlock(string uploadId, int number, string etag, long size, BlockFlags flags = BlockFlags.None) =>
        new(new BlockId(uploadId, number, _attempts.Next(), etag, size == 0 ? flags | BlockFlags.Empty : flags), size);

    private PartInfo Keep(StagedBlock block, bool isTransient)
    {
        if (!isTransient)
        {
            _records.NoteStaged(block.Id.Upload, block.Id.PartNumber);
        }
        else if (_transient.TryGetValue(block.Id.Upload, out TransientBlocks? upload))
        {
            upload.Parts[block.Id.PartNumber] = block;
        }

        return block.Part;
    }

    /// <param name="blob">The blob to stage on.</param>
    /// <param name="block">The block.</param>
    /// <param name="body">Its bytes; not looked at for an empty part.</param>
    /// <param name="isTransient">Whether the part is one of a single call's.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    private async Task StageAsync(BlockBlobClient blob, StagedBlock block, StorageBody? body, bool isTransient, CancellationToken cancellationToken)
    {
        StorageBody bytes = block.HasBytes ? body! : StorageBody.FromBytes(new byte[1]);
        Stream content = bytes.OpenRewindable();
        await using (content.ConfigureAwait(false))
        {
            var options = new BlockBlobStageBlockOptions
            {
                TransferValidation = new global::Azure.Storage.UploadTransferValidationOptions
                {
                    ChecksumAlgorithm = global::Azure.Storage.StorageChecksumAlgorithm.MD5,
                    PrecalculatedChecksum = bytes.Md5!.Value,
                },
            };
            await SendBlockAsync(isTransient, () => blob.StageBlockAsync(block.Id.Encode(), content, options, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A part of the caller's is there or not, which the caller can see. A put whose parts fail has changed nothing.</summary>
    private Task<Response<BlockInfo>> SendBlockAsync(bool isTransient, Func<Task<Response<BlockInfo>>> send, CancellationToken cancellationToken) =>
        isTransient ? AzureRequests.StageAsync(send, cancellationToken) : _requests.WriteAsync(send, cancellationToken);

    private async Task<SortedDictionary<int, StagedBlock>> ListStagedAsync(string bucket, UploadRecord record, CancellationToken cancellationToken)
    {
        StagingPlace place = PlaceOf(bucket, record);
        SortedDictionary<int, StagedBlock> staged;
        try
        {
            staged = place.Read(record.UploadId, await AzureRequests.ListBlocksAsync(place.Blob, place.Blocks, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            staged = [];
        }

        if (record.EmptyPart is { } empty)
        {
            StagedUpload.AddLatest(staged, new StagedBlock(empty, 0));
        }

        return staged;
    }
}
