using System.Globalization;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Copies;
using BleepStore.Storage.Gcp.Objects;
using BleepStore.Storage.Gcp.Wire;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>Stores, copies and lists parts, which are objects of their own.</summary>
internal sealed class GcpParts(
    GcpUpstream upstream,
    GcpClients clients,
    GcpNames names,
    GcpRequests requests,
    ObjectInserts inserts,
    UploadRecords records,
    ObjectPages pages,
    GcpReads reads,
    GcpCopies copies,
    TimeProvider time)
{
    private const int MaxConcurrentReads = 8;

    public async Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        ObjectAttributes attributes = await AttributesOfUploadAsync(request.Bucket, request.Key, request.UploadId, cancellationToken)
            .ConfigureAwait(false);
        StoredPart part = await PutPartAsync(
            request.Bucket, request.UploadId, request.PartNumber, attributes, request.Body, cancellationToken).ConfigureAwait(false);
        return part.Part;
    }

    public async Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        ObjectAttributes attributes = await AttributesOfUploadAsync(request.Bucket, request.Key, request.UploadId, cancellationToken)
            .ConfigureAwait(false);
        StoredPart part = await CopyPartAsync(request, attributes, cancellationToken).ConfigureAwait(false);
        return part.Part;
    }

    /// <summary>
    /// The server rewrites a whole object. There is no ranged copy. The bytes of a range pass through this client, which keeps none of
    /// them.
    /// </summary>
    public async Task<StoredPart> CopyPartAsync(CopyPartRequest request, ObjectAttributes attributes, CancellationToken cancellationToken)
    {
        string container = upstream.Container(request.Bucket);
        string? storageClass = upstream.ClassOf(attributes);
        string name = names.Part(request.Bucket, request.UploadId, request.PartNumber);
        ObjectProperties source = request.SourceProperties;
        GcsObject made;
        try
        {
            if (request.Range.IsWhole)
            {
                string etag = GcpCopies.IsMd5(source) ? source.ETag : ETags.OfCopiedPart(source, request.Range);
                GcsObject resource = GcpProperties.Resource(new ObjectAttributes(), storageClass, etag, source.Size);
                made = await copies.RewriteAsync(
                    request.Source,
                    source.Revision,
                    container,
                    name,
                    resource,
                    ifGenerationMatch: null,
                    Repeats.Harmless,
                    new Tries(),
                    cancellationToken).ConfigureAwait(false);
            }
            else
            {
                made = await inserts.PutAsync(
                    container,
                    name,
                    GcpProperties.Part(storageClass, etag: null, request.Range.Length),
                    request.Range.Length,
                    async token =>
                    {
                        Stream media = await reads.OpenMediaAsync(
                            request.Source.Bucket, request.Source.Key, source.Revision, request.Range, token).ConfigureAwait(false);
                        return new IdleTimeoutStream(media, requests.Limits.Idle, time);
                    },
                    ifGenerationMatch: null,
                    Repeats.Harmless,
                    new Tries(),
                    cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && !request.Range.IsWhole)
        {
            // A separate request finds out whether the source was deleted or has another generation.
            await reads.HeadAsync(new HeadRequest { Bucket = request.Source.Bucket, Key = request.Source.Key }, cancellationToken)
                .ConfigureAwait(false);
            throw UpstreamErrors.Recode(
                error, StorageErrorCode.PreconditionFailed, $"The source no longer has the revision {source.Revision}.");
        }

        return Stored(request.PartNumber, made);
    }

    /// <summary>Stores a part. All parts are of the storage class of the object to come, since only such parts can be composed.</summary>
    public async Task<StoredPart> PutPartAsync(
        string bucket, string uploadId, int partNumber, ObjectAttributes attributes, StorageBody body, CancellationToken cancellationToken)
    {
        // A part replaces only an earlier one with its number, and a completion names its parts. So a repeated request does no harm.
        try
        {
            GcsObject made = await inserts.PutAsync(
                upstream.Container(bucket),
                names.Part(bucket, uploadId, partNumber),
                GcpProperties.Part(upstream.ClassOf(attributes), body.ETag, body.Length ?? 0),
                body,
                ifGenerationMatch: null,
                Repeats.Harmless,
                new Tries(),
                cancellationToken).ConfigureAwait(false);
            return Stored(partNumber, made);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // Only the bucket can be missing.
            throw upstream.Missing(bucket, error);
        }
    }

    public async Task<List<StoredPart>> ListStoredPartsAsync(
        string container, string bucket, string uploadId, int startAfter, int limit, CancellationToken cancellationToken)
    {
        var parts = new List<StoredPart>();
        ObjectsResource.ListRequest list = clients.Service.Objects.List(container);
        list.Prefix = names.Parts(bucket, uploadId);
        list.StartOffset = startAfter > 0 ? names.Part(bucket, uploadId, startAfter + 1) : null;
        do
        {
            list.MaxResults = Math.Min(1000, limit - parts.Count);
            GcsObjects page = await pages.ReadAsync(bucket, list, cancellationToken).ConfigureAwait(false);
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

    /// <summary>A part that is sent to an upload that has ended must not count as stored.</summary>
    private async Task<ObjectAttributes> AttributesOfUploadAsync(
        string bucket, string key, string uploadId, CancellationToken cancellationToken) =>
        (await records.RequireAsync(upstream.Container(bucket), bucket, key, uploadId, cancellationToken).ConfigureAwait(false)).Attributes;

    private static StoredPart Stored(int partNumber, GcsObject made) =>
        new(GcpProperties.ReadPart(partNumber, made), new ComposeSource(made.Name, made.Generation!.Value));

    /// <summary>
    /// Reads one by one the parts whose ETag is missing in the listing. Under a customer-managed key the listing has no hashes. Only parts
    /// that were copied from a range lack a stored ETag, because it is unknown before they are stored.
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

    /// <summary>The current part. <see langword="null"/> when it was deleted since it was listed.</summary>
    private async Task<GcsObject?> TryReadAsync(string container, GcsObject listed, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.ReadAsync(clients.Service.Objects.Get(container, listed.Name), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }
}
