using System.Net;
using System.Net.Http.Headers;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp;

internal sealed partial class GcpBackend
{
    private const string Gzip = "gzip";
    private const int MaxReadRounds = 20;

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        string name = _names.Object(request.Bucket, request.Key);
        string token = request.WriteToken ?? UnconditionalWrites.CreateToken();
        string? etag = _isEncrypted ? request.Body.ETag : null;
        GcsObject resource = GcpProperties.Resource(request.Attributes, _options.StorageClass, etag, request.Body.Length ?? 0, token);
        try
        {
            GcsObject made = await WriteAsync(
                container,
                name,
                token,
                GenerationToMatch(request.Condition),
                (generation, repeats, tries) =>
                    _inserts.PutAsync(container, name, resource, request.Body, generation, repeats, tries, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            made = await KeepETagAsync(container, made, cancellationToken).ConfigureAwait(false);
            return GcpProperties.Read(request.Key, made).Properties;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // Nothing but the bucket can be missing.
            throw _shared ? MissingContainer(error) : NoSuchBucket(request.Bucket, error);
        }
    }

    /// <summary>
    /// The resource, then the media of that generation: the answer to a request for media has no custom metadata, in which ETag and
    /// metadata are. An object that is replaced between the two is asked for anew; one that is still there is not, since its media would be
    /// missing again.
    /// </summary>
    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        string? missing = null;
        for (int round = 1; ; round++)
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
                return new GetResult { Properties = properties, Range = range, Content = Stream.Null };
            }

            try
            {
                Stream body = await OpenMediaAsync(request.Bucket, request.Key, properties.Revision, range, cancellationToken).ConfigureAwait(false);
                return new GetResult { Properties = properties, Range = range, Content = body };
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
            {
                if (properties.Revision == missing)
                {
                    throw Recoded(error, StorageErrorCode.InternalError, $"Google shows the object's properties, but answers that the bytes of the same revision, {missing}, are not there.");
                }

                if (round == MaxReadRounds)
                {
                    throw Recoded(
                        error,
                        StorageErrorCode.OperationAborted,
                        $"The object was replaced {round} times between its properties and its bytes. Read it again later.");
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
        string container = Container(request.Bucket);
        string name = _names.Object(request.Bucket, request.Key);
        if (request.Condition.IfAbsent)
        {
            throw new StorageException(StorageErrorCode.NotSupported, "Deleting what must not be there makes no sense.");
        }

        try
        {
            if (GenerationToMatch(request.Condition) is { } generation)
            {
                await DeleteGenerationAsync(container, name, generation, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await _unconditional.DeleteAsync(container, name, cancellationToken).ConfigureAwait(false);
            }
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

    /// <summary>
    /// Deletes the live object if it is of a generation. Others that come after it are safe, however often the request is sent.
    /// </summary>
    private Task<string> DeleteGenerationAsync(string container, string name, long generation, CancellationToken cancellationToken)
    {
        ObjectsResource.DeleteRequest delete = Service.Objects.Delete(container, name);
        delete.IfGenerationMatch = generation;
        return _requests.WriteAsync(delete, Repeats.Harmless, cancellationToken);
    }

    /// <summary>A write under a condition can be repeated as it is. One without is sent once, and then looked for by its token.</summary>
    private Task<GcsObject> WriteAsync(
        string container,
        string name,
        string token,
        long? generation,
        Func<long?, Repeats, Tries, Task<GcsObject>> send,
        CancellationToken cancellationToken) =>
        generation is not null
            ? send(generation, Repeats.Harmless, new Tries())
            : _unconditional.WriteAsync(
                container, name, token, (match, tries) => send(match, UnconditionalWrites.RepeatsOf(match), tries), cancellationToken);

    /// <summary>
    /// Keeps the ETag of an object that turns out to be encrypted under the upstream bucket's own key: listings leave out its hash. From
    /// then on writes bring it along, so that this costs a request only once.
    /// </summary>
    private async ValueTask<GcsObject> KeepETagAsync(string container, GcsObject made, CancellationToken cancellationToken)
    {
        if (made.KmsKeyName is null)
        {
            return made;
        }

        _isEncrypted = true;
        if (GcpProperties.ShowsETag(made) || made.Md5Hash is not { } md5)
        {
            return made;
        }

        string etag = ETags.FromMd5(Convert.FromBase64String(md5));
        var change = new GcsObject { Metadata = GcpProperties.ETagEntry(etag, GcpProperties.SizeOf(made)) };
        ObjectsResource.PatchRequest patch = Service.Objects.Patch(change, container, made.Name);
        patch.IfGenerationMatch = made.Generation;
        try
        {
            return await _requests.WriteAsync(patch, Repeats.Harmless, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // The object is stored, which is what was asked for. Its listing shows the generation in place of the ETag.
            return made;
        }
    }

    private async Task<Stream> OpenMediaAsync(
        string bucket, string key, string revision, ContentRange range, CancellationToken cancellationToken)
    {
        string name = Uri.EscapeDataString(_names.Object(bucket, key));
        string address = $"{_clients.Root}storage/v1/b/{Container(bucket)}/o/{name}?alt=media&generation={revision}";
        var uri = new Uri(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        HttpResponseMessage response = await _requests.OpenAsync(() => MediaRequest(uri, range), cancellationToken).ConfigureAwait(false);
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

    private static HttpRequestMessage MediaRequest(Uri address, ContentRange range)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);

        // Without it the service decodes what is stored as gzip, and ignores the range ("Transcoding of gzip-compressed files").
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
        bool isStoredEncoded = response.Headers.TryGetValues("x-goog-stored-content-encoding", out IEnumerable<string>? stored) && stored.Contains(Gzip, StringComparer.OrdinalIgnoreCase);
        if (isStoredEncoded && !response.Content.Headers.ContentEncoding.Contains(Gzip, StringComparer.OrdinalIgnoreCase))
        {
            throw new StorageException(
                StorageErrorCode.NotSupported, "The client that the store was given decodes what is stored as gzip, so that ranges and checksums are not the object's. Make it over a StorageService with GZipEnabled = false.");
        }
    }

    private static void RequireRange(HttpResponseMessage response, ContentRange wanted)
    {
        // A body can come without its length (a proxy has sent it on in chunks). How many bytes there are is seen while they are read.
        long length = response.Content.Headers.ContentLength ?? wanted.ObjectSize;
        ContentRange answered = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange is { From: { } from, To: { } to, Length: { } size }
            ? new ContentRange(from, to - from + 1, size)
            : new ContentRange(0, length, length);
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
