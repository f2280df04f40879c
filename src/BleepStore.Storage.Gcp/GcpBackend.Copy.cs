using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using Google.Apis.Storage.v1;
using Google.Apis.Storage.v1.Data;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp;

internal sealed partial class GcpBackend
{
    public override async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        ObjectAttributes attributes = request.Attributes ?? request.SourceProperties;
        string? etag = IsMd5(request.SourceProperties) || IsForeign(request.SourceProperties) ? null : request.SourceProperties.ETag;
        GcsObject resource = GcpProperties.Resource(attributes, _options.StorageClass, etag, request.SourceProperties.Size, request.WriteToken);
        try
        {
            GcsObject made = await RewriteAsync(
                request.Source,
                request.SourceProperties.Revision,
                Container(request.Bucket),
                _names.Object(request.Bucket, request.Key),
                resource,
                GenerationToMatch(request.Condition),
                cancellationToken).ConfigureAwait(false);
            return GcpProperties.Read(request.Key, made).Properties;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            StorageException source = await NotFoundAsync(request.Source.Bucket, error, cancellationToken).ConfigureAwait(false);
            throw source.Code == StorageErrorCode.NoSuchBucket ? source : await NotFoundAsync(request.Bucket, error, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A whole object is rewritten on the server. There is no ranged copy: the bytes of a range pass through this client, and none of them is kept.</summary>
    public override async Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        string container = Container(request.Bucket);
        string? storageClass = await ClassOfUploadAsync(container, request.Bucket, request.Key, request.UploadId, request.IsTransient, cancellationToken).ConfigureAwait(false);
        string name = _names.Part(request.Bucket, request.UploadId, request.PartNumber);
        ObjectProperties source = request.SourceProperties;
        GcsObject made;
        try
        {
            if (request.Range.IsWhole)
            {
                string? etag = IsMd5(source) ? null : ETags.OfCopiedPart(source, request.Range);
                GcsObject resource = GcpProperties.Resource(new ObjectAttributes(), storageClass, etag, source.Size);
                made = await RewriteAsync(request.Source, source.Revision, container, name, resource, ifGenerationMatch: null, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                made = await _inserts.PutAsync(
                    container,
                    name,
                    new GcsObject { StorageClass = storageClass },
                    request.Range.Length,
                    async token => await OpenMediaAsync(request.Source.Bucket, request.Source.Key, source.Revision, request.Range, token).ConfigureAwait(false),
                    ifGenerationMatch: null,
                    cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && !request.Range.IsWhole)
        {
            // Gone, or of another generation: which of the two is a question of its own.
            await HeadAsync(new HeadRequest { Bucket = request.Source.Bucket, Key = request.Source.Key }, cancellationToken).ConfigureAwait(false);
            throw Recoded(error, StorageErrorCode.PreconditionFailed, $"The source is not of the revision {source.Revision} any more.");
        }

        return Keep(request.UploadId, request.PartNumber, made, request.IsTransient);
    }

    /// <summary>Calls rewrite until it is done: what one call moves depends on size, distance and storage class ("Objects: rewrite").</summary>
    private async Task<GcsObject> RewriteAsync(
        ObjectAddress source, string revision, string container, string name, GcsObject resource, long? ifGenerationMatch, CancellationToken cancellationToken)
    {
        ObjectsResource.RewriteRequest rewrite = Service.Objects.Rewrite(resource, Container(source.Bucket), _names.Object(source.Bucket, source.Key), container, name);
        rewrite.IfSourceGenerationMatch = GenerationToMatch(new WriteCondition { IfRevision = revision });
        rewrite.IfGenerationMatch = ifGenerationMatch;
        rewrite.DestinationKmsKeyName = _options.KmsKeyName;
        while (true)
        {
            RewriteResponse answer = await _requests.WriteAsync(rewrite, cancellationToken).ConfigureAwait(false);
            if (answer.Done == true)
            {
                return answer.Resource;
            }

            rewrite.RewriteToken = answer.RewriteToken;
        }
    }

    /// <summary>The service knows the MD5 of what was put in one part, also of a copy.</summary>
    private static bool IsMd5(ObjectProperties source) => ETags.TryParseMd5(source.ETag, stackalloc byte[MD5.HashSizeInBytes]);

    /// <summary>A composite of another tool shows its generation, which a copy has not.</summary>
    private static bool IsForeign(ObjectProperties source) => source.ETag == source.Revision;
}
