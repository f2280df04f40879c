using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Wire;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>
/// The records of multipart uploads. They are empty internal objects with the attributes of the future object. So a GET reads one record
/// and a listing reads all. A record is named by key, upload id and a digest of the key. This gives the order of listings, and an id with
/// another key finds nothing. Their metadata holds the state of the upload. It changes only under the condition that no other process has
/// changed it.
/// </summary>
internal sealed class UploadRecords(
    GcpClients clients, GcpNames names, GcpRequests requests, ObjectInserts inserts, TemporaryObjects temporary)
{
    private const string KeyEntry = "bleepstorekey";
    private const string ClassEntry = "bleepstoreclass";
    private const string StateEntry = "bleepstorestate";
    private const string Aborted = "aborted";
    private const int DigestCharacters = 16;
    private const int MaxIdLength = 64;

    /// <summary>The number of a key's bytes in the name of a record. Names have 1,024 bytes, and each byte of the key needs two.</summary>
    private const int MaxOrderedBytes = 300;

    private StorageService Service => clients.Service;

    /// <summary>Begins an upload.</summary>
    /// <returns>The record's generation.</returns>
    public Task<long> CreateAsync(
        string container, string bucket, string key, string uploadId, ObjectAttributes attributes, CancellationToken cancellationToken)
    {
        GcsObject resource = GcpProperties.Resource(attributes with { StorageClass = null }, storageClass: null, token: uploadId);
        resource.Metadata.Add(KeyEntry, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key)));
        if (attributes.StorageClass is { } storageClass)
        {
            resource.Metadata.Add(ClassEntry, storageClass);
        }

        // The name is the same for every attempt, so a lost answer creates no second record.
        return inserts.CreateEmptyAsync(container, Name(bucket, key, uploadId), resource, cancellationToken);
    }

    /// <summary>The record, also of an upload that is being aborted.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchUpload"/>.</exception>
    public async Task<UploadRecord> FindAsync(
        string container, string bucket, string key, string uploadId, CancellationToken cancellationToken)
    {
        RequireUploadId(uploadId);
        try
        {
            Dated<GcsObject> found = await requests.ReadDatedAsync(
                Service.Objects.Get(container, Name(bucket, key, uploadId)), cancellationToken).ConfigureAwait(false);
            return Read(key, uploadId, found.Document) with { Age = found.AgeOf(found.Document.UpdatedDateTimeOffset) };
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw NoSuchUpload(error);
        }
    }

    /// <summary>The record of an upload that is under way.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchUpload"/>.</exception>
    public async Task<UploadRecord> RequireAsync(
        string container, string bucket, string key, string uploadId, CancellationToken cancellationToken)
    {
        UploadRecord record = await FindAsync(container, bucket, key, uploadId, cancellationToken).ConfigureAwait(false);
        return record.IsAborted ? throw NoSuchUpload() : record;
    }

    /// <summary>Says that a completion is about to commit, or, without a claim, that it has given up.</summary>
    /// <returns>Whether nobody else has changed the record since it was read.</returns>
    public Task<bool> TryClaimAsync(
        string container, string bucket, UploadRecord record, UploadClaim? claim, CancellationToken cancellationToken) =>
        TryChangeAsync(container, bucket, record, claim?.ToString() ?? "", cancellationToken);

    /// <summary>Says that the upload was aborted.</summary>
    /// <returns>Whether nobody else has changed the record since it was read.</returns>
    public Task<bool> TryAbortAsync(string container, string bucket, UploadRecord record, CancellationToken cancellationToken) =>
        TryChangeAsync(container, bucket, record, Aborted, cancellationToken);

    /// <summary>Deletes the record, which ends the upload for good.</summary>
    public Task DeleteAsync(
        string container, string bucket, string key, string uploadId, long generation, CancellationToken cancellationToken) =>
        temporary.DeleteAsync(container, Name(bucket, key, uploadId), generation, cancellationToken);

    /// <summary>
    /// One page of the uploads to a bucket, from their records. The names of records are in the order of the page, except for keys that
    /// agree in all bytes that a name contains. Such records are read together.
    /// </summary>
    public async Task<ListUploadsResult> ListAsync(string container, ListUploadsRequest query, CancellationToken cancellationToken)
    {
        string root = names.UploadRecords(query.Bucket);
        ObjectsResource.ListRequest list = Service.Objects.List(container);
        list.Prefix = root + Ordered(query.Prefix);
        list.StartOffset = query.StartAfterKey is { } key ? root + StartOf(key, query.StartAfterUploadId) : null;
        list.MaxResults = query.PageSize + 1;
        var uploads = new List<MultipartUploadInfo>();
        string last = "";
        DateTimeOffset? date = null;
        do
        {
            (GcsObjects page, DateTimeOffset? told) = await requests.ReadDatedAsync(list, cancellationToken).ConfigureAwait(false);
            date ??= told;
            foreach (GcsObject item in page.Items ?? [])
            {
                if (!TryRead(item, root, out UploadRecord? record) || !Paging.IsWanted(query, record.Key, record.UploadId))
                {
                    continue;
                }

                string name = Ordered(record.Key);
                if (uploads.Count > query.PageSize && name != last)
                {
                    return Paging.Page(query, uploads, date);
                }

                uploads.Add(record.Info);
                last = name;
            }

            list.PageToken = Paging.Next(list.PageToken, page.NextPageToken);
        }
        while (list.PageToken is not null);
        return Paging.Page(query, uploads, date);
    }

    public static StorageException NoSuchUpload(StorageException? cause = null)
    {
        const string reason = "The multipart upload for this key does not exist. It was never begun, or it was completed or aborted.";
        return cause is null
            ? new StorageException(StorageErrorCode.NoSuchUpload, reason)
            : UpstreamErrors.Recode(cause, StorageErrorCode.NoSuchUpload, reason);
    }

    private async Task<bool> TryChangeAsync(
        string container, string bucket, UploadRecord record, string state, CancellationToken cancellationToken)
    {
        var change = new GcsObject { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [StateEntry] = state } };
        ObjectsResource.PatchRequest patch = Service.Objects.Patch(change, container, Name(bucket, record.Key, record.UploadId));
        patch.IfMetagenerationMatch = record.Metageneration;
        try
        {
            await requests.WriteAsync(patch, Repeats.Harmless, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw NoSuchUpload(error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
        {
            return false;
        }
    }

    private static bool TryRead(GcsObject item, string prefix, [NotNullWhen(true)] out UploadRecord? record)
    {
        record = null;
        if (item.Name[prefix.Length..].Split('.') is not [var ordered, var uploadId, var digest] || !IsUploadId(uploadId)
            || item.Metadata is null || !item.Metadata.TryGetValue(KeyEntry, out string? encoded) || !Base64Url.IsValid(encoded))
        {
            return false;
        }

        string key = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(encoded));
        if (ordered != Ordered(key) || digest != Digest(key))
        {
            return false;
        }

        record = Read(key, uploadId, item);
        return true;
    }

    private static UploadRecord Read(string key, string uploadId, GcsObject found)
    {
        string state = Entry(found, StateEntry) ?? "";
        return new UploadRecord(
            key,
            uploadId,
            GcpProperties.Read(key, found).Properties with { StorageClass = Entry(found, ClassEntry) },
            found.TimeCreatedDateTimeOffset ?? default)
        {
            Generation = found.Generation ?? 0,
            Metageneration = found.Metageneration ?? 0,
            Claim = UploadClaim.Parse(state),
            IsAborted = state == Aborted,
        };
    }

    private static string? Entry(GcsObject found, string name) =>
        found.Metadata is not null && found.Metadata.TryGetValue(name, out string? value) ? value : null;

    private static void RequireUploadId(string uploadId)
    {
        if (!IsUploadId(uploadId))
        {
            throw NoSuchUpload();
        }
    }

    /// <summary>From a caller it can be any text, which must not become part of a name.</summary>
    private static bool IsUploadId(string text) =>
        text.Length is > 0 and <= MaxIdLength && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static string Digest(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..DigestCharacters];

    /// <summary>
    /// Returns the part of a record's name that comes from the key. It has the key's first bytes, in a form that any name can hold and that
    /// preserves their order.
    /// </summary>
    private static string Ordered(string key)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        return Convert.ToHexStringLower(bytes.AsSpan(0, Math.Min(bytes.Length, MaxOrderedBytes)));
    }

    /// <summary>Where to go on after an upload. Within a key that a name does not tell whole, all its uploads are read again.</summary>
    private static string StartOf(string key, string? uploadId)
    {
        string ordered = Ordered(key);
        return uploadId is not null && ordered.Length < 2 * MaxOrderedBytes ? $"{ordered}.{uploadId}" : ordered;
    }

    private string Name(string bucket, string key, string uploadId) =>
        $"{names.UploadRecords(bucket)}{Ordered(key)}.{uploadId}.{Digest(key)}";
}
