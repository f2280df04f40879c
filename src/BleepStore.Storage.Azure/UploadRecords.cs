using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

/// <summary>
/// The records of callers' multipart uploads: empty internal blobs that carry the attributes of the object to come as their own, so that a HEAD reads one and a listing
/// reads all. Named by upload id and a digest of the key, so that an id with another's key finds nothing.
/// </summary>
internal sealed class UploadRecords(AzureClients clients, AzureNames names, AzureRequests requests, TimeProvider time)
{
    /// <summary>The longest there is ("Lease Blob", Azure Storage REST API). A completion that dies is out of the way after it.</summary>
    private static readonly TimeSpan ClaimDuration = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>Attributes do not change: the process that began an upload need not read them back. Bounded, because uploads can be left lying.</summary>
    private const int MaxBegun = 1000;

    private const string KeyEntry = "bleepstorekey";
    private const string TierEntry = "bleepstoretier";
    private const int DigestCharacters = 16;

    private readonly ConcurrentDictionary<string, UploadRecord> _begun = new(StringComparer.Ordinal);

    public async Task CreateAsync(string bucket, string key, string uploadId, ObjectAttributes attributes, CancellationToken cancellationToken)
    {
        IDictionary<string, string> metadata = AzureProperties.Metadata(attributes, token: uploadId);
        metadata.Add(KeyEntry, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key)));
        if (attributes.StorageClass is { } tier)
        {
            metadata.Add(TierEntry, tier);
        }

        var options = new BlobUploadOptions { HttpHeaders = AzureProperties.Headers(attributes), Metadata = metadata };
        BlockBlobClient blob = Blob(bucket, key, uploadId);
        BlobContentInfo made = (await requests.WriteAsync(() => blob.UploadAsync(Stream.Null, options, cancellationToken), cancellationToken).ConfigureAwait(false)).Value;
        if (_begun.Count < MaxBegun)
        {
            _begun[uploadId] = new UploadRecord(key, uploadId, attributes, made.LastModified);
        }
    }

    /// <summary>Remembers that a part was staged: should it be gone, then another write has discarded it.</summary>
    public void NoteStaged(string uploadId, int partNumber)
    {
        if (_begun.TryGetValue(uploadId, out UploadRecord? begun))
        {
            begun.Staged.Add(partNumber);
        }
    }

    /// <summary>The record, from memory where this process began the upload. Only for who has proved that it is still there.</summary>
    public Task<UploadRecord> RecallAsync(string bucket, string key, string uploadId, CancellationToken cancellationToken) =>
        _begun.TryGetValue(uploadId, out UploadRecord? begun) && begun.Key == key ? Task.FromResult(begun) : FindAsync(bucket, key, uploadId, cancellationToken);

    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchUpload"/>.</exception>
    public async Task<UploadRecord> FindAsync(string bucket, string key, string uploadId, CancellationToken cancellationToken)
    {
        RequireUploadId(uploadId);
        BlockBlobClient blob = Blob(bucket, key, uploadId);
        try
        {
            BlobProperties found = (await AzureRequests.ReadAsync(() => blob.GetPropertiesAsync(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false)).Value;
            StoredObject stored = AzureProperties.Read(key, found);
            string? tier = found.Metadata.TryGetValue(TierEntry, out string? kept) ? kept : null;
            return new UploadRecord(key, uploadId, stored.Properties with { StorageClass = tier }, found.CreatedOn);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw NoSuchUpload(error);
        }
    }

    /// <summary>
    /// Claims an upload for its completion: while it is claimed nobody can abort or complete it, so that of an abort and a completion one wins. Waits while
    /// another completion has it.
    /// </summary>
    /// <returns>The claim, with which the record can be deleted or given back.</returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchUpload"/>.</exception>
    public async Task<string> ClaimAsync(string bucket, string key, string uploadId, CancellationToken cancellationToken)
    {
        RequireUploadId(uploadId);
        string claim = Guid.NewGuid().ToString();
        BlobLeaseClient lease = Blob(bucket, key, uploadId).GetBlobLeaseClient(claim);
        bool there = await WhenFreeAsync(() => requests.WriteAsync(() => lease.AcquireAsync(ClaimDuration, cancellationToken: cancellationToken), cancellationToken), removes: false, cancellationToken).ConfigureAwait(false);
        return there ? claim : throw NoSuchUpload();
    }

    /// <summary>Gives a claimed upload back. If that fails, the claim ends by itself.</summary>
    public async Task ReleaseAsync(string bucket, string key, string uploadId, string claim)
    {
        BlobLeaseClient lease = Blob(bucket, key, uploadId).GetBlobLeaseClient(claim);
        using var timeout = new CancellationTokenSource(ClaimDuration, time);
        try
        {
            await requests.WriteAsync(() => lease.ReleaseAsync(cancellationToken: timeout.Token), timeout.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // What led here is what the caller is told.
        }
    }

    /// <summary>Deletes a record. Waits while a completion has it.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="uploadId">The upload.</param>
    /// <param name="claim">The claim, from who has one.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>Whether it was there.</returns>
    public async Task<bool> DeleteAsync(string bucket, string key, string uploadId, string? claim, CancellationToken cancellationToken)
    {
        RequireUploadId(uploadId);
        BlockBlobClient blob = Blob(bucket, key, uploadId);
        BlobRequestConditions? conditions = claim is null ? null : new BlobRequestConditions { LeaseId = claim };
        bool there = await WhenFreeAsync(() => requests.WriteAsync(() => blob.DeleteAsync(conditions: conditions, cancellationToken: cancellationToken), cancellationToken), removes: true, cancellationToken).ConfigureAwait(false);
        _begun.TryRemove(uploadId, out _);
        return there;
    }

    private async Task<bool> WhenFreeAsync(Func<Task> send, bool removes, CancellationToken cancellationToken)
    {
        for (TimeSpan wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await send().ConfigureAwait(false);
                return true;
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
            {
                // After a retry of our own client the first attempt of a deletion has found it.
                return removes && error.IsOutcomeUnknown && !clients.IsGiven;
            }
            catch (StorageException error) when (error.ProviderCode is "LeaseIdMissing" or "LeaseAlreadyPresent")
            {
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>All records of a bucket, in no order: their names do not tell the keys.</summary>
    public async Task<List<UploadRecord>> ListAsync(string bucket, CancellationToken cancellationToken)
    {
        string prefix = names.UploadRecords(bucket);
        BlobContainerClient container = clients.Container(bucket);
        return await AzureRequests.ReadAsync(
            async () =>
            {
                var records = new List<UploadRecord>();
                await foreach (BlobItem blob in container.GetBlobsAsync(BlobTraits.Metadata, prefix: prefix, cancellationToken: cancellationToken).ConfigureAwait(false))
                {
                    if (TryRead(blob, prefix, out UploadRecord? record))
                    {
                        records.Add(record);
                    }
                }

                return records;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public static StorageException NoSuchUpload(Exception? cause = null) =>
        new(StorageErrorCode.NoSuchUpload, "There is no such multipart upload for this key: it was never begun, was completed or aborted.", cause);

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
        if (dot < 0 || !BlockId.IsUpload(name[..dot]) || blob.Metadata is null || !blob.Metadata.TryGetValue(KeyEntry, out string? encoded) || !Base64Url.IsValid(encoded))
        {
            return false;
        }

        string key = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(encoded));
        if (name[(dot + 1)..] != Digest(key))
        {
            return false;
        }

        DateTimeOffset began = blob.Properties.CreatedOn ?? blob.Properties.LastModified ?? default;
        record = new UploadRecord(key, name[..dot], new ObjectAttributes(), began);
        return true;
    }

    private static string Digest(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..DigestCharacters];

    private BlockBlobClient Blob(string bucket, string key, string uploadId) =>
        clients.Container(bucket).GetBlockBlobClient($"{names.UploadRecords(bucket)}{uploadId}.{Digest(key)}");
}
