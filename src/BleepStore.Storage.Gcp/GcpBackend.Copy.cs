using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using Google.Apis.Storage.v1;
using Google.Apis.Storage.v1.Data;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp;

internal sealed partial class GcpBackend
{
    /// <summary>How many calls of rewrite in a row may move nothing.</summary>
    private const int MaxIdleCalls = 10;

    public override async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        ObjectProperties source = request.SourceProperties;
        bool isKnown = IsMd5(source) && !_isEncrypted;
        string? etag = isKnown || IsForeign(source) ? null : source.ETag;
        string token = request.WriteToken ?? UnconditionalWrites.CreateToken();
        GcsObject resource = GcpProperties.Resource(request.Attributes ?? source, _options.StorageClass, etag, source.Size, token);
        string container = Container(request.Bucket);
        string name = _names.Object(request.Bucket, request.Key);
        try
        {
            GcsObject made = await WriteAsync(
                container,
                name,
                token,
                GenerationToMatch(request.Condition),
                (generation, repeats, tries) =>
                    RewriteAsync(request.Source, source.Revision, container, name, resource, generation, repeats, tries, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            made = await KeepETagAsync(container, made, cancellationToken).ConfigureAwait(false);
            return GcpProperties.Read(request.Key, made).Properties;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            StorageException missing = await NotFoundAsync(request.Source.Bucket, error, cancellationToken).ConfigureAwait(false);
            throw missing.Code == StorageErrorCode.NoSuchBucket
                ? missing
                : await NotFoundAsync(request.Bucket, error, cancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        ObjectAttributes attributes = await AttributesOfUploadAsync(request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
        StoredPart part = await CopyPartAsync(request, attributes, cancellationToken).ConfigureAwait(false);
        return part.Part;
    }

    /// <summary>
    /// A whole object is rewritten on the server. There is no ranged copy: the bytes of a range pass through this client, and none of them
    /// is kept.
    /// </summary>
    internal async Task<StoredPart> CopyPartAsync(CopyPartRequest request, ObjectAttributes attributes, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        string? storageClass = ClassOf(attributes);
        string name = _names.Part(request.Bucket, request.UploadId, request.PartNumber);
        ObjectProperties source = request.SourceProperties;
        GcsObject made;
        try
        {
            if (request.Range.IsWhole)
            {
                string etag = IsMd5(source) ? source.ETag : ETags.OfCopiedPart(source, request.Range);
                GcsObject resource = GcpProperties.Resource(new ObjectAttributes(), storageClass, etag, source.Size);
                made = await RewriteAsync(
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
                made = await _inserts.PutAsync(
                    container,
                    name,
                    GcpProperties.Part(storageClass, etag: null, request.Range.Length),
                    request.Range.Length,
                    async token =>
                    {
                        Stream media = await OpenMediaAsync(
                            request.Source.Bucket, request.Source.Key, source.Revision, request.Range, token).ConfigureAwait(false);
                        return new IdleTimeoutStream(media, Limits.Idle, _time);
                    },
                    ifGenerationMatch: null,
                    Repeats.Harmless,
                    new Tries(),
                    cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && !request.Range.IsWhole)
        {
            // Gone, or of another generation: which of the two is a question of its own.
            await HeadAsync(new HeadRequest { Bucket = request.Source.Bucket, Key = request.Source.Key }, cancellationToken).ConfigureAwait(false);
            throw Recoded(error, StorageErrorCode.PreconditionFailed, $"The source is not of the revision {source.Revision} any more.");
        }

        return Stored(request.PartNumber, made);
    }

    /// <summary>
    /// Calls rewrite until it is done: what one call moves depends on size, distance and storage class ("Objects: rewrite").
    /// </summary>
    private async Task<GcsObject> RewriteAsync(
        ObjectAddress source,
        string revision,
        string container,
        string name,
        GcsObject resource,
        long? ifGenerationMatch,
        Repeats repeats,
        Tries tries,
        CancellationToken cancellationToken)
    {
        ObjectsResource.RewriteRequest rewrite = Service.Objects.Rewrite(resource, Container(source.Bucket), _names.Object(source.Bucket, source.Key), container, name);
        rewrite.IfSourceGenerationMatch = GenerationToMatch(new WriteCondition { IfRevision = revision });
        rewrite.IfGenerationMatch = ifGenerationMatch;
        rewrite.DestinationKmsKeyName = _options.KmsKeyName;
        long moved = 0;
        int idle = 0;
        while (true)
        {
            int used = tries.Used;
            RewriteResponse answer = await _requests.WriteAsync(rewrite, repeats, tries, cancellationToken).ConfigureAwait(false);
            tries.Return(used);
            if (answer.Done == true)
            {
                return answer.Resource;
            }

            idle = answer.TotalBytesRewritten > moved ? 0 : idle + 1;
            if (idle == MaxIdleCalls)
            {
                throw new StorageException(
                    StorageErrorCode.InternalError,
                    $"Google answered {idle} times that the copy is not done, and moved no bytes. Copy again later.");
            }

            moved = answer.TotalBytesRewritten ?? moved;
            rewrite.RewriteToken = answer.RewriteToken;
        }
    }

    /// <summary>The service knows the MD5 of what was put in one part, also of a copy.</summary>
    private static bool IsMd5(ObjectProperties source) => ETags.TryParseMd5(source.ETag, stackalloc byte[MD5.HashSizeInBytes]);

    /// <summary>A composite of another tool shows its generation, which a copy has not.</summary>
    private static bool IsForeign(ObjectProperties source) => source.ETag == source.Revision;
}
