using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Buckets;
using BleepStore.Storage.Gcp.Wire;
using Google.Apis.Storage.v1;
using Google.Apis.Storage.v1.Data;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Copies;

/// <summary>Copies on the server.</summary>
internal sealed class GcpCopies(
    GcpBackendOptions options,
    GcpUpstream upstream,
    GcpClients clients,
    GcpNames names,
    GcpRequests requests,
    UnconditionalWrites unconditional,
    KeptETags etags,
    BucketLooks looks)
{
    /// <summary>How many calls of rewrite in a row may move nothing.</summary>
    private const int MaxIdleCalls = 10;

    public async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        ObjectProperties source = request.SourceProperties;
        bool isKnown = IsMd5(source) && !etags.AreHidden;
        string? etag = isKnown || IsForeign(source) ? null : source.ETag;
        string token = request.WriteToken ?? UnconditionalWrites.CreateToken();
        GcsObject resource = GcpProperties.Resource(request.Attributes ?? source, options.StorageClass, etag, source.Size, token);
        string container = upstream.Container(request.Bucket);
        string name = names.ObjectName(request.Bucket, request.Key);
        try
        {
            GcsObject made = await unconditional.SendAsync(
                container,
                name,
                token,
                GcpConditions.Generation(request.Condition),
                (generation, repeats, tries) =>
                    RewriteAsync(request.Source, source.Revision, container, name, resource, generation, repeats, tries, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            made = await etags.KeepAsync(container, made, cancellationToken).ConfigureAwait(false);
            return GcpProperties.Read(request.Key, made).Properties;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed && request.Condition.IsNone)
        {
            throw UpstreamErrors.SourceReplaced(error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            StorageException missing = await looks.NotFoundAsync(request.Source.Bucket, error, cancellationToken).ConfigureAwait(false);
            throw missing.Code == StorageErrorCode.NoSuchBucket
                ? missing
                : await looks.NotFoundAsync(request.Bucket, error, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Calls rewrite until it is complete. The bytes that one call copies depend on size, distance and storage class ("Objects: rewrite").
    /// </summary>
    public async Task<GcsObject> RewriteAsync(
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
        ObjectsResource.RewriteRequest rewrite = clients.Service.Objects.Rewrite(
            resource, upstream.Container(source.Bucket), names.ObjectName(source.Bucket, source.Key), container, name);
        rewrite.IfSourceGenerationMatch = GcpConditions.Generation(new WriteCondition { IfRevision = revision });
        rewrite.IfGenerationMatch = ifGenerationMatch;
        rewrite.DestinationKmsKeyName = options.KmsKeyName;
        long moved = 0;
        int idle = 0;
        while (true)
        {
            int used = tries.Used;
            RewriteResponse answer = await requests.WriteAsync(rewrite, repeats, tries, cancellationToken).ConfigureAwait(false);
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
                    $"Google answered {idle} times that the copy is incomplete, without copying any bytes. Copy again later.");
            }

            moved = answer.TotalBytesRewritten ?? moved;
            rewrite.RewriteToken = answer.RewriteToken;
        }
    }

    /// <summary>The service knows the MD5 of objects in one part, and also of their copies.</summary>
    public static bool IsMd5(ObjectProperties source) => ETags.TryParseMd5(source.ETag, stackalloc byte[MD5.HashSizeInBytes]);

    /// <summary>A composite of another tool shows its generation, which a copy has not.</summary>
    private static bool IsForeign(ObjectProperties source) => source.ETag == source.Revision;
}
