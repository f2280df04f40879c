using System.Buffers.Text;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure;

internal sealed partial class AzureBackend
{
    /// <summary>Set when the server has answered that it does not know Put Blob From URL.</summary>
    private volatile bool _copiesByBlocks;

    /// <summary>Set when the server has answered that it does not know Put Block From URL either.</summary>
    private volatile bool _copiesNoBlocks;

    /// <summary>
    /// One Put Blob From URL; where the server has none, for more than that takes, and for a copy onto itself, blocks copied from the
    /// source and one Put Block List. Both are synchronous, pinned to the source's revision, and replace the destination in one step. Copy
    /// Blob is neither: for servers that have nothing else.
    /// </summary>
    public override async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        BlockBlobClient source = Blob(request.Source.Bucket, request.Source.Key);
        BlockBlobClient destination = Blob(request.Bucket, request.Key);
        try
        {
            return await TryCopyInOneStepAsync(request, source, destination, cancellationToken).ConfigureAwait(false)
                ?? await _sources.UseAsync(source, authorised => CopyInItsOwnTimeAsync(request, authorised, destination, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (IsArchived(error, request.SourceProperties))
        {
            throw Archived(error);
        }
    }

    /// <returns><see langword="null"/> where the server knows no copy that replaces the destination in one step.</returns>
    private async Task<ObjectProperties?> TryCopyInOneStepAsync(CopyRequest request, BlockBlobClient source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        if (!_copiesByBlocks && !IsOntoItself(request) && request.SourceProperties.Size <= MaxCopySize)
        {
            try
            {
                return await _sources.UseAsync(source, authorised => CopyInOneRequestAsync(request, authorised, destination, cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Status == 501)
            {
                _copiesByBlocks = true;
            }
            catch (StorageException error) when (error.Status == 500 && !_copiesNoBlocks)
            {
                ObjectProperties made = await CopyByBlocksAfterAsync(error, request, source, destination, cancellationToken).ConfigureAwait(false);
                _copiesByBlocks = true;
                return made;
            }
        }

        if (!_copiesNoBlocks)
        {
            try
            {
                return await CopyByBlocksAsync(request, source, destination, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Status == 501)
            {
                _copiesNoBlocks = true;
            }
        }

        return null;
    }

    /// <summary>
    /// Copies by blocks what failed in one request. That request may have landed all the same, and be what a condition now finds: the token
    /// tells.
    /// </summary>
    private async Task<ObjectProperties> CopyByBlocksAfterAsync(
        StorageException failure, CopyRequest request, BlockBlobClient source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        try
        {
            return await CopyByBlocksAsync(request, source, destination, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Code: StorageErrorCode.PreconditionFailed, IsOutcomeUnknown: false } && failure.IsOutcomeUnknown)
        {
            throw new StorageException(error.Code, "The condition does not hold, or this copy itself has changed the object before. Look at the object.", error.InnerException)
            {
                Status = error.Status,
                ProviderCode = error.ProviderCode,
                RequestId = error.RequestId,
                IsOutcomeUnknown = true,
            };
        }
    }

    public override async Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        BlockBlobClient source = Blob(request.Source.Bucket, request.Source.Key);
        string etag = ETags.OfCopiedPart(request.SourceProperties, request.Range);
        return await StagePartAsync(
            new PartAddress(request.Bucket, request.Key, request.UploadId, request.PartNumber),
            attempt => NewBlock(request.UploadId, request.PartNumber, attempt, etag, request.Range.Length, BlockFlags.Copied),
            (blob, block) => StageCopiedPartAsync(blob, block, source, request.SourceProperties, request.Range, isSeen: true, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Whether a copy failed because its source is archived. Not every server says why a source cannot be read. The status and the tier of
    /// the source tell.
    /// </summary>
    private static bool IsArchived(StorageException error, ObjectProperties source) =>
        error is { Status: 409, ProviderCode: AzureErrors.CannotVerifyCopySource, Code: not StorageErrorCode.InvalidObjectState }
        && source.StorageClass == AccessTier.Archive;

    private static StorageException Archived(StorageException error) => new(StorageErrorCode.InvalidObjectState, AzureErrors.Archived, error.InnerException)
    {
        Status = error.Status,
        ProviderCode = error.ProviderCode,
        RequestId = error.RequestId,
        IsOutcomeUnknown = error.IsOutcomeUnknown,
    };

    internal async Task StageCopiedPartAsync(
        BlockBlobClient blob,
        StagedBlock block,
        BlockBlobClient source,
        ObjectProperties sourceProperties,
        ContentRange range,
        bool isSeen,
        CancellationToken cancellationToken)
    {
        if (block.HasBytes)
        {
            try
            {
                await _sources.UseAsync(
                    source,
                    authorised => StageCopyAsync(blob, block, authorised, sourceProperties.Revision, range, isSeen, cancellationToken),
                    cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (IsArchived(error, sourceProperties))
            {
                throw Archived(error);
            }
        }
        else
        {
            await StageAsync(blob, block, body: null, isSeen, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ObjectProperties> CopyInOneRequestAsync(CopyRequest request, CopySource source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        ObjectAttributes attributes = AttributesOf(request);
        var options = new BlobSyncUploadFromUriOptions
        {
            CopySourceBlobProperties = false,
            HttpHeaders = AzureProperties.Headers(attributes),
            Metadata = ExplicitMetadata(request, attributes),
            AccessTier = AzureProperties.Tier(attributes),
            SourceConditions = new BlobRequestConditions { IfMatch = AzureProperties.Quoted(request.SourceProperties.Revision) },
            DestinationConditions = ToConditions(request.Condition),
            SourceAuthentication = source.Authorization,
        };
        BlobContentInfo made = await _requests.WriteObjectAsync(
            request.Condition,
            token => destination.SyncUploadFromUriAsync(source.Uri, options, token),
            isServerWork: true,
            cancellationToken).ConfigureAwait(false);
        return await CopiedAsync(request, attributes, destination, made, cancellationToken).ConfigureAwait(false);
    }

    private Task<BlockInfo> StageCopyAsync(
        BlockBlobClient blob, StagedBlock block, CopySource source, string revision, ContentRange range, bool isSeen, CancellationToken cancellationToken)
    {
        var options = new StageBlockFromUriOptions
        {
            SourceRange = new HttpRange(range.Offset, range.Length),
            SourceConditions = new RequestConditions { IfMatch = AzureProperties.Quoted(revision) },
            SourceAuthentication = source.Authorization,
        };
        return isSeen ? SeenAsync() : _requests.StageAsync(Send, isServerWork: true, cancellationToken);

        Task<Response<BlockInfo>> Send(CancellationToken token) => blob.StageBlockFromUriAsync(source.Uri, block.Id.Encode(), options, token);

        async Task<BlockInfo> SeenAsync() => (await _requests.WriteAsync(Send, cancellationToken, isServerWork: true).ConfigureAwait(false)).Value;
    }

    private static bool IsOntoItself(CopyRequest request) => request.Source == new ObjectAddress(request.Bucket, request.Key);

    private static ObjectAttributes AttributesOf(CopyRequest request) => request.Attributes ?? request.SourceProperties;

    /// <summary>
    /// The copy keeps the source's ETag, as reserved metadata: the service makes no MD5 of what it copies by blocks. A service's ETag is
    /// not kept: it is another blob's.
    /// </summary>
    private static string? CopiedETag(CopyRequest request) => request.SourceProperties.ETag == request.SourceProperties.Revision ? null : request.SourceProperties.ETag;

    private static IDictionary<string, string> CopiedMetadata(CopyRequest request, ObjectAttributes attributes) =>
        AzureProperties.Metadata(attributes, CopiedETag(request), request.SourceProperties.Size, request.WriteToken);

    /// <summary>
    /// Where a copy in one request says nothing of metadata, the service takes the source's. So something is said: a token that nobody will
    /// ask for.
    /// </summary>
    private static IDictionary<string, string> ExplicitMetadata(CopyRequest request, ObjectAttributes attributes) =>
        CopiedMetadata(request, attributes) is { Count: > 0 } metadata ? metadata : CopiedMetadata(request with { WriteToken = NewToken() }, attributes);

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>
    /// What a copy has just made. Where the source has no ETag of ours the copy is looked at: the service may have made an MD5.
    /// </summary>
    private async Task<ObjectProperties> CopiedAsync(CopyRequest request, ObjectAttributes attributes, BlockBlobClient destination, BlobContentInfo made, CancellationToken cancellationToken)
    {
        if (CopiedETag(request) is { } etag)
        {
            return AzureProperties.Written(request.Key, request.SourceProperties.Size, etag, attributes, made.ETag, made.LastModified);
        }

        try
        {
            var thisOne = new BlobRequestConditions { IfMatch = made.ETag };
            BlobProperties found = await _requests.HeadAsync(token => destination.GetPropertiesAsync(thisOne, token), cancellationToken).ConfigureAwait(false);
            return AzureProperties.Read(request.Key, found).Properties;
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            // The copy is what the caller asked for, and it is there, or was when another write came: that it cannot be looked at must not
            // pass for a failure of it.
            return AzureProperties.Written(request.Key, request.SourceProperties.Size, AzureProperties.Bare(made.ETag), attributes, made.ETag, made.LastModified);
        }
    }
}
