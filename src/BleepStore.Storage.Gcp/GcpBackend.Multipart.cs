using System.Globalization;
using BleepStore.Storage.Backends;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp;

internal sealed partial class GcpBackend
{
    /// <summary>
    /// Also an upload inside one call has a record: nothing upstream discards parts by itself, so that a process that dies must leave a trace by which they are found.
    /// </summary>
    public override async Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);

        // Also proves that the key can be spelled before a part is sent.
        _names.Object(request.Bucket, request.Key);

        // Before the record, so that the core can abort an upload of which the beginning was not answered.
        if (request.IsTransient)
        {
            _transient[request.WriteToken] = new TransientUpload(request.Attributes);
        }

        try
        {
            await _records.CreateAsync(container, request.Bucket, request.Key, request.WriteToken, request.Attributes, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (!error.IsOutcomeUnknown)
        {
            _transient.TryRemove(request.WriteToken, out _);
            if (error.Code != StorageErrorCode.NoSuchKey)
            {
                throw;
            }

            throw _shared ? MissingContainer(error) : NoSuchBucket(request.Bucket, error);
        }

        return request.WriteToken;
    }

    public override async Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        string? storageClass = await ClassOfUploadAsync(container, request.Bucket, request.Key, request.UploadId, request.IsTransient, cancellationToken).ConfigureAwait(false);
        string name = _names.Part(request.Bucket, request.UploadId, request.PartNumber);

        // A part replaces only an earlier one of its number, and a completion names the part that it means: sent twice it does no harm.
        GcsObject made = await _inserts.PutAsync(
            container, name, new GcsObject { StorageClass = storageClass }, request.Body, ifGenerationMatch: null, Repeats.Harmless, new Tries(), cancellationToken).ConfigureAwait(false);
        return Keep(request.UploadId, request.PartNumber, made, request.IsTransient);
    }

    public override async Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        await _records.RequireAsync(container, request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
        List<StoredPart> parts = await ListStoredPartsAsync(container, request.Bucket, request.UploadId, request.StartAfter, request.PageSize + 1, cancellationToken).ConfigureAwait(false);
        bool more = parts.Count > request.PageSize;
        return new ListPartsResult { Parts = [.. parts.Take(request.PageSize).Select(static part => part.Part)], IsTruncated = more };
    }

    /// <summary>
    /// The record is marked first, which decides the race with a completion, and deleted last, so that whatever is left by a crash in between is found by it.
    /// </summary>
    public override async Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        if (!request.IsTransient)
        {
            await MarkAbortedAsync(container, request, cancellationToken).ConfigureAwait(false);
        }
        else if (!_transient.TryRemove(request.UploadId, out _))
        {
            throw UploadRecords.NoSuchUpload();
        }

        await CleanUpAsync(container, request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        List<UploadRecord> records;
        try
        {
            records = await _records.ListAsync(container, request.Bucket, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw _shared ? MissingContainer(error) : NoSuchBucket(request.Bucket, error);
        }

        List<MultipartUploadInfo> uploads =
        [
            .. records
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

    private async Task MarkAbortedAsync(string container, AbortUploadRequest request, CancellationToken cancellationToken)
    {
        var watch = new ClaimWatch(_time, LongestCommit);
        while (true)
        {
            UploadRecord record = await _records.FindAsync(container, request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
            if (record.IsAborted)
            {
                // By somebody who has not come to its end.
                return;
            }

            if (record.Claim is not null)
            {
                StoredObject? current = await TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
                if (current?.WriteToken == request.UploadId)
                {
                    await CleanUpAsync(container, request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
                    throw UploadRecords.NoSuchUpload();
                }

                if (!watch.IsDead(record))
                {
                    await watch.WaitAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                }
            }

            if (await _records.TryAbortAsync(container, request.Bucket, record, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <summary>A part sent to an upload that ended must not be taken for stored. All parts are of the class of the object to come, since only such can be composed.</summary>
    private async Task<string?> ClassOfUploadAsync(string container, string bucket, string key, string uploadId, bool isTransient, CancellationToken cancellationToken)
    {
        ObjectAttributes attributes = !isTransient
            ? (await _records.RequireAsync(container, bucket, key, uploadId, cancellationToken).ConfigureAwait(false)).Attributes
            : _transient.TryGetValue(uploadId, out TransientUpload? upload) ? upload.Attributes : throw UploadRecords.NoSuchUpload();
        return attributes.StorageClass ?? _options.StorageClass;
    }

    private PartInfo Keep(string uploadId, int number, GcsObject made, bool isTransient)
    {
        var part = new StoredPart(GcpProperties.ReadPart(number, made), new ComposeSource(made.Name, made.Generation!.Value));
        if (isTransient && _transient.TryGetValue(uploadId, out TransientUpload? upload))
        {
            upload.Parts[number] = part;
        }

        return part.Part;
    }

    private async Task<List<StoredPart>> ListStoredPartsAsync(string container, string bucket, string uploadId, int startAfter, int limit, CancellationToken cancellationToken)
    {
        var parts = new List<StoredPart>();
        ObjectsResource.ListRequest list = Service.Objects.List(container);
        list.Prefix = _names.Parts(bucket, uploadId);
        list.StartOffset = startAfter > 0 ? _names.Part(bucket, uploadId, startAfter + 1) : null;
        do
        {
            list.MaxResults = Math.Min(1000, limit - parts.Count);
            GcsObjects page = await _requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
            foreach (GcsObject item in page.Items ?? [])
            {
                if (int.TryParse(item.Name.AsSpan(list.Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                {
                    parts.Add(new StoredPart(GcpProperties.ReadPart(number, item), new ComposeSource(item.Name, item.Generation!.Value)));
                }
            }

            list.PageToken = Paging.Next(list.PageToken, page.NextPageToken);
        }
        while (list.PageToken is not null && parts.Count < limit);
        return parts;
    }
}
