using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>
/// The records of multipart uploads. They are internal blobs with the attributes of the future object. So a HEAD reads one record and a
/// listing reads all. A record is named by the upload id and a digest of the key, so an id with another key finds nothing. A record is
/// empty unless the upload is isolated. Then its parts wait here too, and one deletion removes the record together with them.
/// </summary>
internal sealed class UploadRecords(AzureClients clients, AzureNames names, AzureRequests requests, TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private const int MaxDoublings = 10;

    /// <summary>
    /// How many uploads this process remembers. Attributes do not change, so the process that began an upload need not read them back.
    /// </summary>
    private const int MaxRemembered = 1000;

    private const int DigestCharacters = 16;

    private readonly RecentUploads<UploadRecord> _begun = new(MaxRemembered);

    /// <summary>The attempts of the uploads that this process has begun, or whose parts it has listed.</summary>
    private readonly RecentUploads<PartAttempts> _attempts = new(MaxRemembered);

    /// <summary>The blob that holds a record, and, where uploads are isolated, its parts.</summary>
    public BlockBlobClient Blob(string bucket, string key, string uploadId) =>
        clients.Container(bucket).GetBlockBlobClient($"{names.UploadRecords(bucket)}{uploadId}.{Digest(key)}");

    /// <summary>Creates a record. If the answer was lost, the record is looked up. If it exists, the upload has begun.</summary>
    public async Task CreateAsync(string bucket, UploadRecord record, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            HttpHeaders = AzureProperties.Headers(record.Attributes),
            Metadata = UploadRecordEntries.Write(record),
        };
        BlockBlobClient blob = Blob(bucket, record.Key, record.UploadId);
        try
        {
            BlobContentInfo made = await requests.WriteObjectAsync(
                new WriteCondition(), token => blob.UploadAsync(Stream.Null, options, token), isServerWork: false, cancellationToken)
                    .ConfigureAwait(false);
            Remember(record with { InitiatedAt = made.LastModified, Revision = AzureProperties.Bare(made.ETag) });
        }
        catch (StorageException lost) when (lost.IsOutcomeUnknown)
        {
            if (await TryFindAsync(bucket, record, cancellationToken).ConfigureAwait(false) is not { } begun)
            {
                throw;
            }

            Remember(begun);
        }
    }

    /// <summary>Records that a part was staged. If it is missing later, another write has discarded it.</summary>
    public void NoteStaged(string uploadId, int partNumber)
    {
        if (_begun.TryGet(uploadId, out UploadRecord? begun))
        {
            begun.Staged.Add(partNumber);
        }
    }

    /// <summary>Takes the first attempt of a part, if nobody can have sent the part before, as far as this process knows.</summary>
    public bool TryFirstAttempt(string uploadId, int partNumber) =>
        _attempts.TryGet(uploadId, out PartAttempts? attempts) && attempts.TryFirst(partNumber);

    /// <summary>Takes the attempt after all others of a part.</summary>
    /// <param name="uploadId">The upload.</param>
    /// <param name="partNumber">The part.</param>
    /// <param name="listed">The highest attempt of each part that is stored.</param>
    public long NextAttempt(string uploadId, int partNumber, IEnumerable<KeyValuePair<int, long>> listed) =>
        _attempts.GetOrAdd(uploadId, new PartAttempts()).Next(partNumber, listed);

    /// <summary>The record that was claimed, from memory where this process began the upload and nobody has changed it since.</summary>
    public Task<UploadRecord> RecallAsync(
        string bucket, string key, string uploadId, UploadClaim claim, CancellationToken cancellationToken) =>
        _begun.TryGet(uploadId, out UploadRecord? begun) && begun.Key == key && begun.Revision == claim.Revision
            ? Task.FromResult(begun)
            : FindAsync(bucket, key, uploadId, cancellationToken);

    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchUpload"/>.</exception>
    public async Task<UploadRecord> FindAsync(string bucket, string key, string uploadId, CancellationToken cancellationToken)
    {
        RequireUploadId(uploadId);
        BlockBlobClient blob = Blob(bucket, key, uploadId);
        try
        {
            BlobProperties found = await requests.HeadAsync(token => blob.GetPropertiesAsync(cancellationToken: token), cancellationToken)
                .ConfigureAwait(false);
            return UploadRecordEntries.Read(key, uploadId, found);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw NoSuchUpload(error);
        }
    }

    /// <summary>
    /// Claims an upload for its completion. While it is claimed, no other process can abort or complete it, so either an abort or a
    /// completion wins. Waits while another completion holds the claim.
    /// </summary>
    /// <returns>The claim, by which the record can be deleted or released.</returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchUpload"/>.</exception>
    public async Task<UploadClaim> ClaimAsync(string bucket, string key, string uploadId, CancellationToken cancellationToken)
    {
        RequireUploadId(uploadId);
        BlobLeaseClient lease = Blob(bucket, key, uploadId).GetBlobLeaseClient(Guid.NewGuid().ToString());
        UploadClaim? claim = null;
        try
        {
            await WhenFreeAsync(
                async () =>
                {
                    long now = time.GetTimestamp();
                    BlobLease acquired = await requests.StageAsync(
                        async token => Proof.RequireETag(
                            await lease.AcquireAsync(UploadClaim.Duration, cancellationToken: token).ConfigureAwait(false)),
                        isServerWork: false,
                        cancellationToken).ConfigureAwait(false);
                    claim = new UploadClaim(lease, AzureProperties.Bare(acquired.ETag), now, requests, time);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw NoSuchUpload(error);
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // If the answer was lost, the request may have acquired a claim, which would block the upload for a minute.
            await new UploadClaim(lease, revision: "", time.GetTimestamp(), requests, time).ReleaseAsync().ConfigureAwait(false);
            throw;
        }

        return claim!;
    }

    /// <summary>
    /// Ends an upload. A deletion leaves no token. So a missing record after a deletion that may have been sent before is success. Only the
    /// object can show that a completion was faster.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="uploadId">The upload.</param>
    /// <param name="wasCompleted">Returns whether the object is this upload's.</param>
    /// <param name="cancellationToken">Stops the requests.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchUpload"/>.</exception>
    public async Task AbortAsync(
        string bucket, string key, string uploadId, Func<Task<bool>> wasCompleted, CancellationToken cancellationToken)
    {
        if (clients.IsGiven && !_begun.Contains(uploadId))
        {
            // Afterwards it would be unknown whether the deletion found a record.
            await FindAsync(bucket, key, uploadId, cancellationToken).ConfigureAwait(false);
        }

        RecordDeletion ended;
        try
        {
            ended = await DeleteAsync(bucket, key, uploadId, claim: null, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException lost) when (lost.IsOutcomeUnknown)
        {
            if (!await IsGoneAsync(bucket, key, uploadId, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            ended = RecordDeletion.Gone;
        }

        if (ended == RecordDeletion.Missing || (ended == RecordDeletion.Gone && await wasCompleted().ConfigureAwait(false)))
        {
            throw NoSuchUpload();
        }
    }

    /// <summary>Deletes a record. Waits while a completion has it.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="uploadId">The upload.</param>
    /// <param name="claim">The claim, from who has one.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>Whether a record was there.</returns>
    public async Task<RecordDeletion> DeleteAsync(
        string bucket, string key, string uploadId, string? claim, CancellationToken cancellationToken)
    {
        RequireUploadId(uploadId);
        BlockBlobClient blob = Blob(bucket, key, uploadId);
        BlobRequestConditions? conditions = claim is null ? null : new BlobRequestConditions { LeaseId = claim };
        RecordDeletion ended;
        try
        {
            await WhenFreeAsync(
                () => requests.WriteAsync(
                    token => blob.DeleteAsync(conditions: conditions, cancellationToken: token),
                    cancellationToken), cancellationToken).ConfigureAwait(false);
            ended = RecordDeletion.Deleted;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            ended = error.IsOutcomeUnknown ? RecordDeletion.Gone : RecordDeletion.Missing;
        }

        Forget(uploadId);
        return ended;
    }

    /// <summary>Sends a request again while a completion has the upload.</summary>
    private async Task WhenFreeAsync(Func<Task> send, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await send().ConfigureAwait(false);
                return;
            }
            catch (StorageException error) when (IsClaimed(error))
            {
                await WaitAsync(attempt, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether a request failed because a completion has the upload.</summary>
    public static bool IsClaimed(StorageException error) => error.ProviderCode is "LeaseIdMissing" or "LeaseAlreadyPresent";

    /// <summary>Waits for a completion to end, longer from time to time.</summary>
    /// <param name="attempt">How often it was waited for before.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task WaitAsync(int attempt, CancellationToken cancellationToken)
    {
        TimeSpan wait = FirstWait * Math.Pow(2, Math.Min(attempt, MaxDoublings));
        return Task.Delay(wait < LongestWait ? wait : LongestWait, time, cancellationToken);
    }

    /// <summary>Returns all records of a bucket, unordered, because their names do not contain the keys.</summary>
    public async Task<(List<UploadRecord> Records, DateTimeOffset? ServiceTime)> ListAsync(
        string bucket, CancellationToken cancellationToken)
    {
        string prefix = names.UploadRecords(bucket);
        BlobContainerClient container = clients.Container(bucket);
        var records = new List<UploadRecord>();
        DateTimeOffset? told = null;
        string? marker = null;
        do
        {
            var options = new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = prefix };
            Page<BlobItem> page = await requests.ListAsync(
                token => container.GetBlobsAsync(options, token), marker, pageSize: null, cancellationToken).ConfigureAwait(false);
            told ??= page.GetRawResponse().Headers.Date;
            foreach (BlobItem blob in page.Values)
            {
                if (TryRead(blob, prefix, out UploadRecord? record))
                {
                    records.Add(record);
                }
            }

            marker = Paging.Next(marker, page.ContinuationToken);
        }
        while (marker is not null);
        return (records, told);
    }

    /// <summary>Drops the cached data of an upload, because its record is about to change.</summary>
    public void Forget(string uploadId)
    {
        _begun.Remove(uploadId);
        _attempts.Remove(uploadId);
    }

    public static StorageException NoSuchUpload(StorageException? cause = null)
    {
        const string reason = "The multipart upload for this key does not exist. It was never begun, or it was completed or aborted.";
        return cause is null
            ? new StorageException(StorageErrorCode.NoSuchUpload, reason)
            : UpstreamErrors.Recode(cause, StorageErrorCode.NoSuchUpload, reason);
    }

    private void Remember(UploadRecord record)
    {
        _begun.GetOrAdd(record.UploadId, record);
        _attempts.GetOrAdd(record.UploadId, new PartAttempts());
    }

    /// <returns>The record, with its revision. <see langword="null"/> where it does not exist or cannot be read.</returns>
    private async Task<UploadRecord?> TryFindAsync(string bucket, UploadRecord record, CancellationToken cancellationToken)
    {
        try
        {
            UploadRecord found = await FindAsync(bucket, record.Key, record.UploadId, cancellationToken).ConfigureAwait(false);
            return record with { InitiatedAt = found.InitiatedAt, Revision = found.Revision };
        }
        catch (StorageException)
        {
            // The caller reports the failure of the request itself.
            return null;
        }
    }

    private async Task<bool> IsGoneAsync(string bucket, string key, string uploadId, CancellationToken cancellationToken)
    {
        try
        {
            await FindAsync(bucket, key, uploadId, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (StorageException error)
        {
            return error.Code == StorageErrorCode.NoSuchUpload;
        }
    }

    private static void RequireUploadId(string uploadId)
    {
        if (!BlockId.IsUpload(uploadId))
        {
            throw NoSuchUpload();
        }
    }

    private static bool TryRead(BlobItem blob, string prefix, [NotNullWhen(true)] out UploadRecord? record)
    {
        record = null;
        string name = blob.Name[prefix.Length..];
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0
            || !BlockId.IsUpload(name[..dot])
            || !UploadRecordEntries.TryReadKey(blob, out string? key)
            || name[(dot + 1)..] != Digest(key))
        {
            return false;
        }

        DateTimeOffset began = UploadRecordEntries.Begin(
            blob.Metadata, blob.Properties.CreatedOn ?? blob.Properties.LastModified ?? default);
        record = new UploadRecord(key, name[..dot], new ObjectAttributes(), began);
        return true;
    }

    private static string Digest(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..DigestCharacters];
}
