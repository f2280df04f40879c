using System.Buffers.Text;
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
internal sealed class UploadRecords(AzureClients clients, AzureNames names, AzureRequests requests)
{
    private const string KeyEntry = "bleepstorekey";
    private const string TierEntry = "bleepstoretier";
    private const int DigestCharacters = 16;

    public Task CreateAsync(string bucket, string key, string uploadId, ObjectAttributes attributes, CancellationToken cancellationToken)
    {
        IDictionary<string, string> metadata = AzureProperties.Metadata(attributes, token: uploadId);
        metadata.Add(KeyEntry, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key)));
        if (attributes.StorageClass is { } tier)
        {
            metadata.Add(TierEntry, tier);
        }

        var options = new BlobUploadOptions { HttpHeaders = AzureProperties.Headers(attributes), Metadata = metadata };
        BlockBlobClient blob = Blob(bucket, key, uploadId);
        return requests.WriteAsync(() => blob.UploadAsync(Stream.Null, options, cancellationToken), cancellationToken);
    }

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

    /// <returns>Whether it was there.</returns>
    public async Task<bool> DeleteAsync(string bucket, string key, string uploadId, CancellationToken cancellationToken)
    {
        RequireUploadId(uploadId);
        BlockBlobClient blob = Blob(bucket, key, uploadId);
        try
        {
            await requests.WriteAsync(() => blob.DeleteAsync(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // After a retry our own first attempt may have deleted it.
            return error.IsOutcomeUnknown && !clients.IsGiven;
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
