using System.Globalization;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp;

internal sealed partial class GcpBackend
{
    private const int MaxConcurrentReads = 8;

    public override async Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        await CreateRecordAsync(request, cancellationToken).ConfigureAwait(false);
        return request.WriteToken;
    }

    /// <summary>
    /// Also an upload inside one call has a record. Nothing upstream discards parts by itself, so a process that dies must leave a trace by
    /// which the parts are found.
    /// </summary>
    public override async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        long record = await CreateRecordAsync(request, cancellationToken).ConfigureAwait(false);
        return new ComposedWrite(this, request, record);
    }

    public override async Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        ObjectAttributes attributes = await AttributesOfUploadAsync(request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
        StoredPart part = await PutPartAsync(
            request.Bucket, request.UploadId, request.PartNumber, attributes, request.Body, cancellationToken).ConfigureAwait(false);
        return part.Part;
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
    /// The record is marked first, which decides the race with a completion, and deleted last, so that whatever is left by a crash in
    /// between is found by it.
    /// </summary>
    public override async Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        UploadRecord record = await MarkAbortedAsync(container, request, cancellationToken).ConfigureAwait(false);
        await _temporary.DeleteAllAsync(container, _names.Upload(request.Bucket, request.UploadId), cancellationToken).ConfigureAwait(false);

        // A completion whose claim was taken for dead can have committed until its parts were gone. From here on it cannot.
        bool wasCompleted = record.Claim is not null
            && (await TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false))?.WriteToken == request.UploadId;
        await _records.DeleteAsync(
            container, request.Bucket, request.Key, request.UploadId, record.Generation, cancellationToken).ConfigureAwait(false);
        if (wasCompleted)
        {
            throw UploadRecords.NoSuchUpload();
        }
    }

    public override async Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        var uploads = new List<MultipartUploadInfo>();
        DateTimeOffset? serviceTime = null;
        try
        {
            await foreach ((UploadRecord upload, DateTimeOffset? date) in _records.ListAsync(container, request, cancellationToken).ConfigureAwait(false))
            {
                serviceTime = date;
                if (uploads.Count == request.PageSize)
                {
                    return new ListUploadsResult { Uploads = uploads, IsTruncated = true, ServiceTime = serviceTime };
                }

                uploads.Add(new MultipartUploadInfo { Key = upload.Key, UploadId = upload.UploadId, InitiatedAt = upload.InitiatedAt });
            }
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw _shared ? MissingContainer(error) : NoSuchBucket(request.Bucket, error);
        }

        return new ListUploadsResult { Uploads = uploads, ServiceTime = serviceTime };
    }

    /// <returns>The record as it was before.</returns>
    private async Task<UploadRecord> MarkAbortedAsync(string container, AbortUploadRequest request, CancellationToken cancellationToken)
    {
        var watch = new ClaimWatch(_time, LongestCommit);
        long? refused = null;
        int round = 0;
        while (true)
        {
            UploadRecord record = await _records.FindAsync(container, request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
            if (record.IsAborted)
            {
                // By somebody who has not come to its end.
                return record;
            }

            if (record.Claim is not null)
            {
                StoredObject? current = await TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
                if (current?.WriteToken == request.UploadId)
                {
                    await CleanUpAsync(container, request.Bucket, request.Key, request.UploadId, record.Generation, cancellationToken)
                        .ConfigureAwait(false);
                    throw UploadRecords.NoSuchUpload();
                }

                if (!watch.IsDead(record))
                {
                    await watch.WaitAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                }
            }

            // A refusal although nobody has changed the record has another reason, which trying again does not remove.
            if (record.Metageneration == refused || round == MaxCommitRounds)
            {
                throw new StorageException(
                    StorageErrorCode.OperationAborted,
                    "The service refused to mark the upload as aborted, and the upload is as it was. Abort it again later.");
            }

            if (await _records.TryAbortAsync(container, request.Bucket, record, cancellationToken).ConfigureAwait(false))
            {
                return record;
            }

            refused = record.Metageneration;
            await Task.Delay(Retries.Backoff(Math.Min(++round, MaxBackoffSteps)), _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>The generation of the record.</returns>
    private async Task<long> CreateRecordAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);

        // Also proves that the key can be spelled before a part is sent.
        _names.Object(request.Bucket, request.Key);
        try
        {
            return await _records.CreateAsync(
                container, request.Bucket, request.Key, request.WriteToken, request.Attributes, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Code: StorageErrorCode.NoSuchKey, IsOutcomeUnknown: false })
        {
            throw _shared ? MissingContainer(error) : NoSuchBucket(request.Bucket, error);
        }
    }

    /// <summary>A part sent to an upload that ended must not be taken for stored.</summary>
    private async Task<ObjectAttributes> AttributesOfUploadAsync(string bucket, string key, string uploadId, CancellationToken cancellationToken) =>
        (await _records.RequireAsync(Container(bucket), bucket, key, uploadId, cancellationToken).ConfigureAwait(false)).Attributes;

    /// <summary>Stores a part. All parts are of the storage class of the object to come, since only such parts can be composed.</summary>
    internal async Task<StoredPart> PutPartAsync(
        string bucket, string uploadId, int partNumber, ObjectAttributes attributes, StorageBody body, CancellationToken cancellationToken)
    {
        // A part replaces only an earlier one of its number, and a completion names the part that it means: sent twice it does no harm.
        try
        {
            GcsObject made = await _inserts.PutAsync(
                Container(bucket),
                _names.Part(bucket, uploadId, partNumber),
                GcpProperties.Part(ClassOf(attributes), body.ETag, body.Length ?? 0),
                body,
                ifGenerationMatch: null,
                Repeats.Harmless,
                new Tries(),
                cancellationToken).ConfigureAwait(false);
            return Stored(partNumber, made);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // Nothing but the bucket can be missing.
            throw _shared ? MissingContainer(error) : NoSuchBucket(bucket, error);
        }
    }

    private string? ClassOf(ObjectAttributes attributes) => attributes.StorageClass ?? _options.StorageClass;

    private static StoredPart Stored(int partNumber, GcsObject made) =>
        new(GcpProperties.ReadPart(partNumber, made), new ComposeSource(made.Name, made.Generation!.Value));

    private async Task<List<StoredPart>> ListStoredPartsAsync(string container, string bucket, string uploadId, int startAfter, int limit, CancellationToken cancellationToken)
    {
        var parts = new List<StoredPart>();
        ObjectsResource.ListRequest list = Service.Objects.List(container);
        list.Prefix = _names.Parts(bucket, uploadId);
        list.StartOffset = startAfter > 0 ? _names.Part(bucket, uploadId, startAfter + 1) : null;
        do
        {
            list.MaxResults = Math.Min(1000, limit - parts.Count);
            GcsObjects page = await ReadPageAsync(bucket, list, cancellationToken).ConfigureAwait(false);
            foreach (GcsObject item in await WithETagsAsync(container, page.Items ?? [], cancellationToken).ConfigureAwait(false))
            {
                if (int.TryParse(item.Name.AsSpan(list.Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                {
                    parts.Add(Stored(number, item));
                }
            }

            list.PageToken = Paging.Next(list.PageToken, page.NextPageToken);
        }
        while (list.PageToken is not null && parts.Count < limit);
        return parts;
    }

    /// <summary>
    /// Reads those parts one by one of which the listing shows no ETag. Under a customer-managed key it has no hashes, and only parts
    /// that were copied out of a range do not keep theirs: nobody knows it before they are stored.
    /// </summary>
    private async Task<IList<GcsObject>> WithETagsAsync(string container, IList<GcsObject> items, CancellationToken cancellationToken)
    {
        if (items.All(GcpProperties.HasETag))
        {
            return items;
        }

        GcsObject?[] read = [.. items];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentReads, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, read.Length, parallel, async (at, token) =>
        {
            if (!GcpProperties.HasETag(items[at]))
            {
                read[at] = await TryReadAsync(container, items[at], token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        return [.. read.OfType<GcsObject>()];
    }

    /// <summary>A part as it is now; <see langword="null"/> when it was deleted since it was listed.</summary>
    private async Task<GcsObject?> TryReadAsync(string container, GcsObject listed, CancellationToken cancellationToken)
    {
        try
        {
            return await _requests.ReadAsync(Service.Objects.Get(container, listed.Name), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }
}
