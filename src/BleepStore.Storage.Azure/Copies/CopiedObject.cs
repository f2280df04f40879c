using System.Buffers.Text;
using System.Security.Cryptography;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure.Copies;

/// <summary>What a copy is given, and what it has become.</summary>
internal sealed class CopiedObject(AzureRequests requests)
{
    public static ObjectAttributes Attributes(CopyRequest request) => request.Attributes ?? request.SourceProperties;

    public static IDictionary<string, string> Metadata(CopyRequest request, ObjectAttributes attributes) =>
        AzureProperties.Metadata(attributes, CopiedETag(request), request.SourceProperties.Size, request.WriteToken);

    /// <summary>
    /// Where a copy in one request says nothing of metadata, the service takes the source's. So something is said: a token that nobody will
    /// ask for.
    /// </summary>
    public static IDictionary<string, string> ExplicitMetadata(CopyRequest request, ObjectAttributes attributes) =>
        Metadata(request, attributes) is { Count: > 0 } metadata ? metadata : Metadata(request with { WriteToken = NewToken() }, attributes);

    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>
    /// What a copy has just made. Where the source has no ETag of ours the copy is looked at: the service may have made an MD5.
    /// </summary>
    public async Task<ObjectProperties> LookAsync(CopyRequest request, ObjectAttributes attributes, BlockBlobClient destination, BlobContentInfo made, CancellationToken cancellationToken)
    {
        if (CopiedETag(request) is { } etag)
        {
            return AzureProperties.Written(request.Key, request.SourceProperties.Size, etag, attributes, made.ETag, made.LastModified);
        }

        try
        {
            var thisOne = new BlobRequestConditions { IfMatch = made.ETag };
            BlobProperties found = await requests.HeadAsync(token => destination.GetPropertiesAsync(thisOne, token), cancellationToken).ConfigureAwait(false);
            return AzureProperties.Read(request.Key, found).Properties;
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // The copy is what the caller asked for, and it is there, or was when another write came: that it cannot be looked at must not
            // pass for a failure of it.
            return AzureProperties.Written(request.Key, request.SourceProperties.Size, AzureProperties.Bare(made.ETag), attributes, made.ETag, made.LastModified);
        }
    }

    /// <summary>
    /// The copy keeps the source's ETag, as reserved metadata: the service makes no MD5 of what it copies by blocks. A service's ETag is
    /// not kept: it is another blob's.
    /// </summary>
    private static string? CopiedETag(CopyRequest request) => request.SourceProperties.ETag == request.SourceProperties.Revision ? null : request.SourceProperties.ETag;
}
