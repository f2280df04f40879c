using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure;

internal sealed partial class AzureBackend
{
    public override async Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        // Proves that the key can be spelled before a part is sent.
        Blob(request.Bucket, request.Key);
        var record = new UploadRecord(request.Key, request.WriteToken, request.Attributes, InitiatedAt: default) { Staging = _options.MultipartStaging };
        await _records.CreateAsync(request.Bucket, record, cancellationToken).ConfigureAwait(false);
        return request.WriteToken;
    }

    public override Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        // Proves that the key can be spelled before a part is sent.
        Blob(request.Bucket, request.Key);
        return Task.FromResult<PartedWrite>(new BlockWrite(this, request, _options.MultipartStaging));
    }

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        StorageBody body = request.Body;
        return StagePartAsync(
            new PartAddress(request.Bucket, request.Key, request.UploadId, request.PartNumber),
            attempt => NewBlock(request.UploadId, request.PartNumber, attempt, body.ETag, body.Length!.Value),
            (blob, block) => StageAsync(blob, block, body, isSeen: true, cancellationToken),
            cancellationToken);
    }

    public override async Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken)
    {
        Blob(request.Bucket, request.Key);
        UploadRecord record = await _records.FindAsync(request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
        SortedDictionary<int, StagedBlock> staged = await ListStagedAsync(request.Bucket, record, wanted: null, cancellationToken).ConfigureAwait(false);
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

    /// <summary>
    /// Deletes the record, and with it the parts that wait on a private blob. Writes nothing to the destination: Azure discards blocks that
    /// nobody commits within a week ("Put Block", Azure Storage REST API).
    /// </summary>
    public override async Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken)
    {
        await _records.AbortAsync(
            request.Bucket,
            request.Key,
            request.UploadId,
            async () => (await TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false))?.WriteToken == request.UploadId,
            cancellationToken).ConfigureAwait(false);
    }

    public override async Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        Container(request.Bucket);
        ListUploadsResult all = _uploadPages.Take(request) ?? await ListAllUploadsAsync(request, cancellationToken).ConfigureAwait(false);
        if (all.Uploads.Count <= request.PageSize)
        {
            return all;
        }

        MultipartUploadInfo[] page = [.. all.Uploads.Take(request.PageSize)];
        _uploadPages.Keep(request, page[^1], all);
        return all with { Uploads = page, IsTruncated = true };
    }

    /// <summary>The names of records do not tell the keys, so that the order takes a look at all.</summary>
    private async Task<ListUploadsResult> ListAllUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        (List<UploadRecord> records, DateTimeOffset? time) = await _records.ListAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
        MultipartUploadInfo[] uploads =
        [
            .. records
                .Where(upload => upload.Key.StartsWith(request.Prefix, StringComparison.Ordinal) && IsAfter(upload, request))
                .OrderBy(static upload => upload.Key, KeyOrder.Instance)
                .ThenBy(static upload => upload.UploadId, StringComparer.Ordinal)
                .Select(static upload => new MultipartUploadInfo
                {
                    Key = upload.Key,
                    UploadId = upload.UploadId,
                    InitiatedAt = upload.InitiatedAt,
                }),
        ];
        return new ListUploadsResult { Uploads = uploads, ServiceTime = time };
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
}
