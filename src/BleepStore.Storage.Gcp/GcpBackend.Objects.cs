using System.Net;
using System.Net.Http.Headers;
using BleepStore.Storage.Backends;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp;

internal sealed partial class GcpBackend
{
    private const string Gzip = "gzip";

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        string name = _names.Object(request.Bucket, request.Key);
        GcsObject resource = GcpProperties.Resource(request.Attributes, _options.StorageClass, token: request.WriteToken);
        try
        {
            GcsObject made = await _inserts.PutAsync(container, name, resource, request.Body, GenerationToMatch(request.Condition), cancellationToken).ConfigureAwait(false);
            return GcpProperties.Read(request.Key, made).Properties;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // Nothing but the bucket can be missing.
            throw _shared ? MissingContainer(error) : NoSuchBucket(request.Bucket, error);
        }
    }

    /// <summary>
    /// The resource, then the media of that generation: the answer to a request for media has no custom metadata, in which ETag and metadata are. An object that is replaced between the two
    /// is asked for anew; one that is still there is not, since its media would be missing again.
    /// </summary>
    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        string? missing = null;
        while (true)
        {
            ObjectProperties properties = (await HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken).ConfigureAwait(false)).Properties;
            if (request.IfRevision is not null)
            {
                new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(properties);
            }

            request.Conditions.ThrowIfNotMet(properties);
            ContentRange range = request.Range?.Resolve(properties.Size) ?? new ContentRange(0, properties.Size, properties.Size);
            if (range.Length == 0)
            {
                return new GetResult(properties, range, Stream.Null);
            }

            try
            {
                Stream body = await OpenMediaAsync(request.Bucket, request.Key, properties.Revision, range, cancellationToken).ConfigureAwait(false);
                return new GetResult(properties, range, body);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
            {
                if (properties.Revision == missing)
                {
                    throw Recoded(error, StorageErrorCode.InternalError, $"Google shows the object's properties, but answers that the bytes of the same revision, {missing}, are not there.");
                }

                // Replaced or deleted meanwhile: the resource will tell.
                missing = properties.Revision;
            }
        }
    }

    public override StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) => GcpErrors.Map(thrown, mayHaveLanded: null, cancellationToken);

    public override async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        string name = _names.Object(request.Bucket, request.Key);
        try
        {
            return GcpProperties.Read(request.Key, await _requests.ReadAsync(Service.Objects.Get(container, name), cancellationToken).ConfigureAwait(false));
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw await NotFoundAsync(request.Bucket, error, cancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        ObjectsResource.DeleteRequest delete = Service.Objects.Delete(Container(request.Bucket), _names.Object(request.Bucket, request.Key));
        if (request.Condition.IfAbsent)
        {
            throw new StorageException(StorageErrorCode.NotSupported, "Deleting what must not be there makes no sense.");
        }

        delete.IfGenerationMatch = GenerationToMatch(request.Condition);
        try
        {
            await _requests.WriteAsync(delete, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            StorageException missing = await NotFoundAsync(request.Bucket, error, cancellationToken).ConfigureAwait(false);
            if (missing.Code == StorageErrorCode.NoSuchBucket)
            {
                throw missing;
            }

            if (request.Condition.IfRevision is { } revision)
            {
                throw Recoded(error, StorageErrorCode.PreconditionFailed, $"There is no object; one of revision {revision} was to be there.");
            }
        }
    }

    private async Task<Stream> OpenMediaAsync(string bucket, string key, string revision, ContentRange range, CancellationToken cancellationToken)
    {
        string address = $"{_clients.Root}storage/v1/b/{Container(bucket)}/o/{Uri.EscapeDataString(_names.Object(bucket, key))}?alt=media&generation={revision}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        // Without it the service decodes what is stored as gzip, and ignores the range ("Transcoding of gzip-compressed files").
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(Gzip));
        if (!range.IsWhole)
        {
            request.Headers.Range = new RangeHeaderValue(range.Offset, range.Offset + range.Length - 1);
        }

        HttpResponseMessage response = await _requests.OpenAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            RequireUndecoded(response);
            RequireRange(response, range);
            Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return new DownloadStream(response, body, range.Length, range.IsWhole ? ChecksumIn(response) : null);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static void RequireUndecoded(HttpResponseMessage response)
    {
        bool isStoredEncoded = response.Headers.TryGetValues("x-goog-stored-content-encoding", out IEnumerable<string>? stored) && stored.Contains(Gzip, StringComparer.OrdinalIgnoreCase);
        if (isStoredEncoded && !response.Content.Headers.ContentEncoding.Contains(Gzip, StringComparer.OrdinalIgnoreCase))
        {
            throw new StorageException(
                StorageErrorCode.NotSupported, "The client that the store was given decodes what is stored as gzip, so that ranges and checksums are not the object's. Make it over a StorageService with GZipEnabled = false.");
        }
    }

    private static void RequireRange(HttpResponseMessage response, ContentRange wanted)
    {
        ContentRange answered = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange is { From: { } from, To: { } to, Length: { } size }
            ? new ContentRange(from, to - from + 1, size)
            : new ContentRange(0, response.Content.Headers.ContentLength ?? -1, response.Content.Headers.ContentLength ?? -1);
        if (answered != wanted)
        {
            throw new StorageException(StorageErrorCode.InternalError, $"Google answered {answered} when asked for {wanted}.");
        }
    }

    /// <summary>The CRC32C in <c>x-goog-hash: crc32c=…,md5=…</c>; the header may come more than once.</summary>
    private static string? ChecksumIn(HttpResponseMessage response) => response.Headers.TryGetValues("x-goog-hash", out IEnumerable<string>? hashes)
        ? hashes.SelectMany(static hash => hash.Split(',', StringSplitOptions.TrimEntries)).FirstOrDefault(static hash => hash.StartsWith("crc32c=", StringComparison.Ordinal))?["crc32c=".Length..]
        : null;
}
