using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

internal sealed partial class AzureBackend
{
    public override async Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        // Also proves that the key can be spelled before a part is sent.
        Blob(request.Bucket, request.Key);
        if (request.IsTransient)
        {
            _transient[request.WriteToken] = new TransientBlocks(request.Attributes);
        }
        else
        {
            await _records.CreateAsync(request.Bucket, request.Key, request.WriteToken, request.Attributes, cancellationToken).ConfigureAwait(false);
        }

        return request.WriteToken;
    }

    public override async Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        BlockBlobClient blob = Blob(request.Bucket, request.Key);
        await RequireUploadAsync(request.Bucket, request.Key, request.UploadId, request.IsTransient, cancellationToken).ConfigureAwait(false);
        StorageBody body = request.Body;
        StagedBlock block = await StageAsync(blob, NewBlock(request.UploadId, request.PartNumber, body.ETag, body.Length!.Value), body, cancellationToken).ConfigureAwait(false);
        return Keep(block, request.IsTransient);
    }

    public override async Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken)
    {
        BlockBlobClient blob = Blob(request.Bucket, request.Key);
        await _records.FindAsync(request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
        SortedDictionary<int, StagedBlock> staged = await ListStagedAsync(blob, request.UploadId, cancellationToken).ConfigureAwait(false);
        List<PartInfo> parts =
        [
            .. staged.Values
                .Where(block => block.Id.PartNumber > request.StartAfter)
                .Take(request.PageSize + 1)
                .Select(static block => block.Part),
        ];
        bool more = parts.Count > request.PageSize;
        return new ListPartsResult { Parts = more ? parts[..request.PageSize] : parts, IsTruncated = more };
    }

    /// <summary>Writes nothing to the blob: Azure discards blocks that nobody commits within a week ("Put Block", Azure Storage REST API).</summary>
    public override async Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken)
    {
        bool there = request.IsTransient
            ? _transient.TryRemove(request.UploadId, out _)
            : await _records.DeleteAsync(request.Bucket, request.Key, request.UploadId, claim: null, cancellationToken).ConfigureAwait(false);
        if (!there)
        {
            throw UploadRecords.NoSuchUpload();
        }
    }

    public override async Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        Container(request.Bucket);
        List<MultipartUploadInfo> uploads =
        [
            .. (await _records.ListAsync(request.Bucket, cancellationToken).ConfigureAwait(false))
                .Where(upload => upload.Key.StartsWith(request.Prefix, StringComparison.Ordinal) && IsAfter(upload, request))
                .OrderBy(static upload => upload.Key, KeyOrder.Instance)
                .ThenBy(static upload => upload.UploadId, StringComparer.Ordinal)
                .Take(request.PageSize + 1)
                .Select(static upload => new MultipartUploadInfo(upload.Key, upload.UploadId, upload.InitiatedAt)),
        ];
        bool more = uploads.Count > request.PageSize;
        return new ListUploadsResult { Uploads = more ? uploads[..request.PageSize] : uploads, IsTruncated = more };
    }

    private static bool IsAfter(UploadRecord upload, ListUploadsRequest request)
    {
        if (request.StartAfterKey is null)
        {
            return true;
        }

        int order = KeyOrder.Instance.Compare(upload.Key, request.StartAfterKey);
        return order > 0 || (order == 0 && request.StartAfterUploadId is { } id && string.CompareOrdinal(upload.UploadId, id) > 0);
    }

    /// <summary>A part sent to an upload that ended must not be taken for stored.</summary>
    private async Task RequireUploadAsync(string bucket, string key, string uploadId, bool isTransient, CancellationToken cancellationToken)
    {
        if (!isTransient)
        {
            await _records.FindAsync(bucket, key, uploadId, cancellationToken).ConfigureAwait(false);
        }
        else if (!_transient.ContainsKey(uploadId))
        {
            throw UploadRecords.NoSuchUpload();
        }
    }

    private StagedBlock NewBlock(string uploadId, int number, string etag, long size, BlockFlags flags = BlockFlags.None) =>
        new(new BlockId(uploadId, number, _attempts.Next(), etag, size == 0 ? flags | BlockFlags.Empty : flags), size);

    private PartInfo Keep(StagedBlock block, bool isTransient)
    {
        if (!isTransient)
        {
            _records.NoteStaged(block.Id.Upload);
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
    /// <param name="cancellationToken">Stops the request.</param>
    private async Task<StagedBlock> StageAsync(BlockBlobClient blob, StagedBlock block, StorageBody? body, CancellationToken cancellationToken)
    {
        StorageBody bytes = block.HasBytes ? body! : StorageBody.FromBytes(new byte[1]);
        var content = new BodyStream(bytes);
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
            await _requests.WriteAsync(() => blob.StageBlockAsync(block.Id.Encode(), content, options, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        return block;
    }

    private static async Task<SortedDictionary<int, StagedBlock>> ListStagedAsync(BlockBlobClient blob, string uploadId, CancellationToken cancellationToken)
    {
        try
        {
            BlockList list = (await AzureRequests.ReadAsync(() => blob.GetBlockListAsync(BlockListTypes.Uncommitted, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false)).Value;
            return StagedUpload.From(uploadId, list);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return [];
        }
    }
}
