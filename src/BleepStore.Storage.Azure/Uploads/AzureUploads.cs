using BleepStore.Storage.Azure.Objects;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>Multipart uploads. A record marks an upload, and its parts are blocks.</summary>
/// <param name="upstream">Locates objects.</param>
/// <param name="reads">Reads objects.</param>
/// <param name="records">The records of the uploads.</param>
/// <param name="parts">Stages parts.</param>
/// <param name="completions">Completes in place.</param>
/// <param name="publication">Completes an isolated upload.</param>
/// <param name="pages">Caches listings.</param>
/// <param name="where">The place where the parts of a new upload wait.</param>
internal sealed class AzureUploads(
    AzureUpstream upstream,
    AzureReads reads,
    UploadRecords records,
    AzureParts parts,
    Completions completions,
    Publication publication,
    UploadPages pages,
    MultipartStaging where)
{
    public async Task<string> CreateAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        // Proves before any part is sent that the key has a valid name.
        upstream.Object(request.Bucket, request.Key);
        var record = new UploadRecord(request.Key, request.WriteToken, request.Attributes, InitiatedAt: default) { Staging = where };
        await records.CreateAsync(request.Bucket, record, cancellationToken).ConfigureAwait(false);
        return request.WriteToken;
    }

    public Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request)
    {
        // Proves before any part is sent that the key has a valid name.
        upstream.Object(request.Bucket, request.Key);
        return Task.FromResult<PartedWrite>(new BlockWrite(parts, completions, publication, request, where));
    }

    public Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        StorageBody body = request.Body;
        return parts.UploadPartAsync(
            new PartAddress(request.Bucket, request.Key, request.UploadId, request.PartNumber),
            attempt => StagedBlock.New(request.UploadId, request.PartNumber, attempt, body.ETag, body.Length!.Value),
            (blob, block) => parts.StageAsync(blob, block, body, outcomeCanBeUnknown: true, cancellationToken),
            cancellationToken);
    }

    public async Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        string etag = ETags.OfCopiedPart(request.SourceProperties, request.Range);
        return await parts.UploadPartAsync(
            new PartAddress(request.Bucket, request.Key, request.UploadId, request.PartNumber),
            attempt => StagedBlock.New(request.UploadId, request.PartNumber, attempt, etag, request.Range.Length, BlockFlags.Copied),
            (blob, block) => parts.StageCopiedPartAsync(
                blob, block, request.Source, request.SourceProperties, request.Range, outcomeCanBeUnknown: true, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken)
    {
        upstream.Object(request.Bucket, request.Key);
        UploadRecord record = await records.FindAsync(request.Bucket, request.Key, request.UploadId, cancellationToken)
            .ConfigureAwait(false);
        SortedDictionary<int, StagedBlock> staged = await parts.ListStagedAsync(request.Bucket, record, wanted: null, cancellationToken)
            .ConfigureAwait(false);
        if (staged.Count == 0
            && (await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false))?.MadeBy(
                request.UploadId) is not null)
        {
            // The completion died before it deleted the record. A caller who resumes the upload must not send all parts again.
            throw UploadRecords.NoSuchUpload();
        }

        return Paging.Page(request, staged.Values.Select(static block => block.Part));
    }

    /// <summary>
    /// Completes an upload. In place it takes four requests, for the record, the block list, the commit, and the record again. A process
    /// other than the one that began the upload also reads the record. No byte of the object is read. The record is claimed first, which
    /// decides a race with an abort or with another completion. The SDK commits the latest block of an id, committed or not
    /// (azure-sdk-for-net#10911), so a second commit could cut the object to the parts that it names.
    /// </summary>
    public async Task<ObjectProperties> CompleteAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        upstream.Object(request.Bucket, request.Key);
        UploadClaim claim = await records.ClaimAsync(request.Bucket, request.Key, request.UploadId, cancellationToken)
            .ConfigureAwait(false);
        ObjectProperties made;
        try
        {
            UploadRecord record = await records.RecallAsync(request.Bucket, request.Key, request.UploadId, claim, cancellationToken)
                .ConfigureAwait(false);
            made = await claim.HoldAsync(
                token => record.Staging == MultipartStaging.Isolated
                    ? publication.PublishClaimedAsync(request, record, claim, token)
                    : completions.CommitClaimedAsync(request, record, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // A failed completion must not block the next one until its lease ends.
            await claim.ReleaseAsync().ConfigureAwait(false);
            throw;
        }

        await completions.ForgetAsync(request, claim.Id, cancellationToken).ConfigureAwait(false);
        return made;
    }

    /// <summary>
    /// Deletes the record, and with it the parts that wait on a private blob. It writes nothing to the destination, because Azure discards
    /// uncommitted blocks within a week ("Put Block", Azure Storage REST API).
    /// </summary>
    public async Task AbortAsync(AbortUploadRequest request, CancellationToken cancellationToken)
    {
        await records.AbortAsync(
            request.Bucket,
            request.Key,
            request.UploadId,
            async () => (await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false))?.MadeBy(
                request.UploadId) is not null,
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<ListUploadsResult> ListAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        upstream.Container(request.Bucket);
        ListUploadsResult all = pages.Take(request) ?? await ListAllAsync(request, cancellationToken).ConfigureAwait(false);
        ListUploadsResult page = Paging.Page(request, all.Uploads, all.ServiceTime);
        if (page.IsTruncated)
        {
            pages.Keep(request, page.Uploads[^1], all);
        }

        return page;
    }

    /// <summary>The names of records do not contain the keys, so ordering them requires reading all.</summary>
    private async Task<ListUploadsResult> ListAllAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        (List<UploadRecord> found, DateTimeOffset? time) = await records.ListAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
        IEnumerable<MultipartUploadInfo> uploads = found.Select(static upload => upload.Info);
        return Paging.Page(request with { PageSize = int.MaxValue }, uploads, time);
    }
}
