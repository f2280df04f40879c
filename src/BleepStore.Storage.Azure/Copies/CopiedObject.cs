using System.Buffers.Text;
using System.Security.Cryptography;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure.Copies;

/// <summary>The metadata for a copy, and the properties of the result.</summary>
internal sealed class CopiedObject(AzureRequests requests)
{
    public static ObjectAttributes Attributes(CopyRequest request) => request.Attributes ?? request.SourceProperties;

    public static IDictionary<string, string> Metadata(CopyRequest request, ObjectAttributes attributes) =>
        AzureProperties.Metadata(attributes, CopiedETag(request), request.SourceProperties.Size, request.WriteToken);

    /// <summary>
    /// When a copy in one request sets no metadata, the service copies the source's. So the request sets a token that is never read.
    /// </summary>
    public static IDictionary<string, string> ExplicitMetadata(CopyRequest request, ObjectAttributes attributes) =>
        Metadata(request, attributes) is { Count: > 0 } metadata
            ? metadata
            : Metadata(request with { WriteToken = NewToken() }, attributes);

    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>
    /// Returns the properties of a new copy. Where the source has no ETag of this library, the copy is read, because the service may have
    /// computed an MD5.
    /// </summary>
    public async Task<ObjectProperties> LookAsync(
        CopyRequest request,
        ObjectAttributes attributes,
        BlockBlobClient destination,
        BlobContentInfo made,
        CancellationToken cancellationToken)
    {
        if (CopiedETag(request) is { } etag)
        {
            return AzureProperties.Written(request.Key, request.SourceProperties.Size, etag, attributes, made.ETag, made.LastModified);
        }

        try
        {
            var thisOne = new BlobRequestConditions { IfMatch = made.ETag };
            BlobProperties found = await requests.HeadAsync(token => destination.GetPropertiesAsync(thisOne, token), cancellationToken)
                .ConfigureAwait(false);
            return AzureProperties.Read(request.Key, found).Properties;
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // The copy has succeeded, even if another write has replaced it since. A failed read of it must not look like a failed copy.
            return AzureProperties.Written(
                request.Key, request.SourceProperties.Size, AzureProperties.Bare(made.ETag), attributes, made.ETag, made.LastModified);
        }
    }

    /// <summary>
    /// The copy keeps the source's ETag as reserved metadata, because the service computes no MD5 when it copies by blocks. A service's
    /// ETag is not kept, because it belongs to another blob.
    /// </summary>
    private static string? CopiedETag(CopyRequest request) =>
        request.SourceProperties.ETag == request.SourceProperties.Revision ? null : request.SourceProperties.ETag;
}
