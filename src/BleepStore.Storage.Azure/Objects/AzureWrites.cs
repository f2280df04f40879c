using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Objects;

/// <summary>Puts and deletes.</summary>
internal sealed class AzureWrites(AzureUpstream upstream, AzureRequests requests)
{
    /// <summary>The largest body of one request ("Put Blob", Azure Storage REST API).</summary>
    public const long MaxSize = 5000L * 1024 * 1024;

    /// <summary>The SDK would cut a body above its own limit into blocks, and the object would have no MD5.</summary>
    private static readonly StorageTransferOptions OneRequest = new() { InitialTransferSize = MaxSize };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        BlockBlobClient blob = upstream.Object(request.Bucket, request.Key);
        var options = new BlobUploadOptions
        {
            HttpHeaders = AzureProperties.Headers(request.Attributes, request.Body.Md5!.Value),
            Metadata = AzureProperties.Metadata(request.Attributes, token: request.WriteToken),
            AccessTier = AzureProperties.Tier(request.Attributes),
            Conditions = AzureConditions.Of(request.Condition),
            TransferOptions = OneRequest,
        };
        using RequestTimer timer = requests.StartTimer(cancellationToken);
        Stream content = timer.Watch(request.Body.OpenRewindable());
        await using (content.ConfigureAwait(false))
        {
            try
            {
                BlobContentInfo made = Proof.RequireETag(await blob.UploadAsync(content, options, timer.Token).ConfigureAwait(false)).Value;
                return AzureProperties.Written(
                    request.Key, request.Body.Length!.Value, request.Body.ETag, request.Attributes, made.ETag, made.LastModified);
            }
            catch (Exception thrown) when (requests.MapObjectWrite(timer, thrown, request.Condition, cancellationToken) is { } error)
            {
                ExceptionDispatchInfo.Throw(error);
                throw;
            }
        }
    }

    public async Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        BlockBlobClient blob = upstream.Object(request.Bucket, request.Key);
        if (request.Condition.IfAbsent)
        {
            // Such a request would delete the object, because not every server evaluates If-None-Match on DELETE.
            throw new StorageException(
                StorageErrorCode.NotSupported, "A delete cannot require that no object exists. Leave out the condition.");
        }

        try
        {
            await requests.DeleteObjectAsync(
                request.Condition,
                token => blob.DeleteAsync(DeleteSnapshotsOption.None, AzureConditions.Of(request.Condition), token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // No object exists, which is the goal. Under a condition, this case is a different failure.
        }
    }
}
