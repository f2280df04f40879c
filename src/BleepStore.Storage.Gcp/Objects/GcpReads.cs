using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Buckets;
using BleepStore.Storage.Gcp.Wire;

namespace BleepStore.Storage.Gcp.Objects;

/// <summary>Gets and heads.</summary>
internal sealed class GcpReads(GcpUpstream upstream, GcpClients clients, GcpNames names, GcpRequests requests, BucketLooks looks)
{
    private const string Gzip = "gzip";
    /// <summary>
    /// An object that several writers replace without a pause can win 20 rounds in a row. Google allows a name about one write a second, so
    /// only an emulator comes near this limit.
    /// </summary>
    private const int MaxReadRounds = 200;

    /// <summary>
    /// Reads the resource, then the media of that generation. The answer to a request for media has no custom metadata, which holds the
    /// ETag and the metadata. If an object is replaced between the two, both requests are repeated. If the same generation still exists,
    /// they are not, since its media would be missing again.
    /// </summary>
    public async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        string? missing = null;
        for (int round = 1; ; round++)
        {
            ObjectProperties properties = (await HeadAsync(
                new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken).ConfigureAwait(false)).Properties;
            if (request.IfRevision is not null)
            {
                new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(properties);
            }

            request.Conditions.ThrowIfNotMet(properties);
            ContentRange range = request.Range?.Resolve(properties.Size) ?? new ContentRange(0, properties.Size, properties.Size);
            if (range.Length == 0)
            {
                return new GetResult { Properties = properties, Range = range, Content = Stream.Null };
            }

            try
            {
                Stream body = await OpenMediaAsync(request.Bucket, request.Key, properties.Revision, range, cancellationToken)
                    .ConfigureAwait(false);
                return new GetResult { Properties = properties, Range = range, Content = body };
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
            {
                if (properties.Revision == missing)
                {
                    throw UpstreamErrors.Recode(
                        error,
                        StorageErrorCode.InternalError,
                        $"Google returns the object's properties, but reports that the bytes of the same revision, {missing}, do not " +
                        "exist.");
                }

                if (round == MaxReadRounds)
                {
                    throw UpstreamErrors.Recode(
                        error,
                        StorageErrorCode.OperationAborted,
                        $"The object was replaced {round} times between its properties and its bytes. Read it again later.");
                }

                // The object was replaced or deleted meanwhile, which the next read of the resource shows.
                missing = properties.Revision;
            }
        }
    }

    public async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        string container = upstream.Container(request.Bucket);
        string name = names.ObjectName(request.Bucket, request.Key);
        try
        {
            return GcpProperties.Read(
                request.Key,
                await requests.ReadObjectAsync(AddressOf(container, name, "alt=json"), name, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw await looks.NotFoundAsync(request.Bucket, error, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<StoredObject?> TryHeadAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await HeadAsync(new HeadRequest { Bucket = bucket, Key = key }, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }

    /// <summary>Reads the object after a failed write. When the object cannot be read, an unknown outcome stays unknown.</summary>
    public async Task<StoredObject?> TryHeadAfterAsync(
        StorageException failure, string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await TryHeadAsync(bucket, key, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException) when (failure.IsOutcomeUnknown)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }
    }

    public async Task<Stream> OpenMediaAsync(
        string bucket, string key, string revision, ContentRange range, CancellationToken cancellationToken)
    {
        Uri uri = AddressOf(upstream.Container(bucket), names.ObjectName(bucket, key), $"alt=media&generation={revision}");
        HttpResponseMessage response = await requests.OpenAsync(() => MediaRequest(uri, range), cancellationToken).ConfigureAwait(false);
        try
        {
            RequireMedia(response, revision);
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

    /// <summary>The address has the API key of a client that was given with one, as the SDK's own requests have.</summary>
    private Uri AddressOf(string container, string name, string query)
    {
        string key = clients.Service.ApiKey is { } given ? $"&key={Uri.EscapeDataString(given)}" : "";
        return new Uri(
            $"{clients.Root}storage/v1/b/{container}/o/{Uri.EscapeDataString(name)}?{query}{key}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    private static HttpRequestMessage MediaRequest(Uri address, ContentRange range)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);

        // Without this header the service decodes objects that are stored as gzip, and ignores the range ("Transcoding of gzip-compressed
        // files").
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(Gzip));
        if (!range.IsWhole)
        {
            request.Headers.Range = new RangeHeaderValue(range.Offset, range.Offset + range.Length - 1);
        }

        return request;
    }

    /// <summary>A page of something in between is no object's bytes, however long it is.</summary>
    private static void RequireMedia(HttpResponseMessage response, string revision)
    {
        bool isProved = response.Headers.TryGetValues("x-goog-generation", out IEnumerable<string>? given)
            ? given.FirstOrDefault() == revision
            : response.Headers.Contains("x-goog-hash");
        if (!isProved)
        {
            throw GcpErrors.Unproved(response, $"the bytes of generation {revision}", isWrite: false, cause: null);
        }
    }

    private static void RequireUndecoded(HttpResponseMessage response)
    {
        bool isStoredEncoded = response.Headers.TryGetValues("x-goog-stored-content-encoding", out IEnumerable<string>? stored)
            && stored.Contains(Gzip, StringComparer.OrdinalIgnoreCase);
        if (isStoredEncoded && !response.Content.Headers.ContentEncoding.Contains(Gzip, StringComparer.OrdinalIgnoreCase))
        {
            throw new StorageException(
                StorageErrorCode.NotSupported, "The given client decodes objects that are stored as gzip, so ranges and checksums are " +
                    "not those of the object. Create it over a StorageService with GZipEnabled = false.");
        }
    }

    private static void RequireRange(HttpResponseMessage response, ContentRange wanted)
    {
        // A body can lack its length, because a proxy has sent it in chunks. The number of bytes is then counted while they are read.
        long length = response.Content.Headers.ContentLength ?? wanted.ObjectSize;
        ContentRange answered = response.StatusCode == HttpStatusCode.PartialContent
            && response.Content.Headers.ContentRange is { From: { } from, To: { } to, Length: { } size }
            ? new ContentRange(from, to - from + 1, size)
            : new ContentRange(0, length, length);
        if (answered != wanted)
        {
            throw new StorageException(
                StorageErrorCode.InternalError,
                $"Google answered {answered} when asked for {wanted}. Look for a proxy that changes answers.");
        }
    }

    /// <summary>The CRC32C in <c>x-goog-hash</c>, as in <c>crc32c=…,md5=…</c>. The header may occur more than once.</summary>
    private static string? ChecksumIn(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-goog-hash", out IEnumerable<string>? hashes)
        ? hashes.SelectMany(static hash => hash.Split(',', StringSplitOptions.TrimEntries))
            .FirstOrDefault(static hash => hash.StartsWith("crc32c=", StringComparison.Ordinal))?["crc32c=".Length..]
        : null;
}
