using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Objects;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Copies;

/// <summary>Copies by Put Block From URL and one Put Block List.</summary>
internal sealed class BlockCopies(AzureRequests requests, CopySources sources, AzureReads reads, CopiedObject copied)
{
    /// <summary>
    /// A block costs a request and no byte through this client, so that few would do. But the service answers when it has read the whole
    /// block, and a client that was given gives up after 100 seconds (<c>RetryOptions.NetworkTimeout</c>): 128 MiB arrive in that time at
    /// 1.3 MiB/s, and a block that has to be repeated is no disaster.
    /// </summary>
    private const long BlockSize = 128L * 1024 * 1024;

    /// <summary>"Scale targets for Blob storage", Azure Storage documentation.</summary>
    private const int MaxBlocks = 50_000;

    /// <summary>How many blocks of one copy are under way at a time. They take no memory here; the bound is for the account.</summary>
    private const int BlocksAtATime = 4;

    /// <summary>
    /// Every attempt that fails is another writer's success: so many in a row are more writers of one key than make sense.
    /// </summary>
    private const int MaxAttempts = 10;

    /// <summary>
    /// Blocks that wait on the destination are discarded by any other write to it. The source is still there, so they are copied again.
    /// Should they be gone because our own commit landed and its answer was lost, the token tells.
    /// </summary>
    public async Task<ObjectProperties> CopyAsync(CopyRequest request, BlockBlobClient source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        request = IsOntoItself(request) ? OnlyOver(request) : request;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await CopyOnceAsync(request, source, destination, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.UploadInvalidated && attempt < MaxAttempts)
            {
                if (error.IsOutcomeUnknown && request.WriteToken is { } token
                    && await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false) is { } current
                    && current.MadeBy(token) is { } made)
                {
                    return made;
                }
            }
        }
    }

    public static bool IsOntoItself(CopyRequest request) => request.Source == new ObjectAddress(request.Bucket, request.Key);

    /// <summary>
    /// A copy onto itself replaces the object that it was made from, and no other. Blocks alone do not ensure that: an empty object has none,
    /// and a change of properties discards none. When the copy's own first attempt has changed the object, the token tells the core.
    /// </summary>
    private static CopyRequest OnlyOver(CopyRequest request) =>
        request.Condition.IsNone ? request with { Condition = new WriteCondition { IfRevision = request.SourceProperties.Revision } } : request;

    private async Task<ObjectProperties> CopyOnceAsync(CopyRequest request, BlockBlobClient source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        long size = request.SourceProperties.Size;
        string[] ids = await StageCopiesAsync(request, source, destination, cancellationToken).ConfigureAwait(false);
        if (size == 0)
        {
            // Nothing was read from the source that would have proved its revision.
            var unchanged = new BlobRequestConditions { IfMatch = AzureProperties.Quoted(request.SourceProperties.Revision) };
            await requests.HeadAsync(token => source.GetPropertiesAsync(unchanged, token), cancellationToken).ConfigureAwait(false);
        }

        ObjectAttributes attributes = CopiedObject.Attributes(request);
        var options = new CommitBlockListOptions
        {
            HttpHeaders = AzureProperties.Headers(attributes),
            Metadata = CopiedObject.Metadata(request, attributes),
            AccessTier = AzureProperties.Tier(attributes),
            Conditions = AzureConditions.Of(request.Condition),
        };
        BlobContentInfo made = await requests.WriteObjectAsync(
            request.Condition,
            token => destination.CommitBlockListAsync(ids, options, token),
            isServerWork: true,
            cancellationToken).ConfigureAwait(false);
        return await copied.LookAsync(request, attributes, destination, made, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string[]> StageCopiesAsync(CopyRequest request, BlockBlobClient source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        long size = request.SourceProperties.Size;
        long blockSize = Math.Max(BlockSize, (size + MaxBlocks - 1) / MaxBlocks);

        // New for every attempt, so that no attempt meets the blocks of an earlier one.
        string upload = CopiedObject.NewToken();
        string[] ids = new string[(size + blockSize - 1) / blockSize];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = BlocksAtATime, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, ids.Length, parallel, async (at, token) =>
        {
            long offset = at * blockSize;
            var range = new ContentRange(offset, Math.Min(blockSize, size - offset), size);
            string etag = ETags.OfCopiedPart(request.SourceProperties, range);
            StagedBlock block = StagedBlock.New(upload, at + 1, attempt: 1, etag, range.Length, BlockFlags.Copied);

            // Each anew: what authorises the service to read the source lasts an hour, which a large copy outlives.
            await sources.UseAsync(
                source,
                authorised => StageCopyAsync(destination, block, authorised, request.SourceProperties.Revision, range, outcomeCanBeUnknown: false, token),
                token).ConfigureAwait(false);
            ids[at] = block.Id.Encode();
        }).ConfigureAwait(false);
        return ids;
    }

    public Task<BlockInfo> StageCopyAsync(
        BlockBlobClient blob, StagedBlock block, CopySource source, string revision, ContentRange range, bool outcomeCanBeUnknown, CancellationToken cancellationToken)
    {
        var options = new StageBlockFromUriOptions
        {
            SourceRange = new HttpRange(range.Offset, range.Length),
            SourceConditions = new RequestConditions { IfMatch = AzureProperties.Quoted(revision) },
            SourceAuthentication = source.Authorization,
        };
        return outcomeCanBeUnknown ? SeenAsync() : requests.StageAsync(Send, isServerWork: true, cancellationToken);

        Task<Response<BlockInfo>> Send(CancellationToken token) => blob.StageBlockFromUriAsync(source.Uri, block.Id.Encode(), options, token);

        async Task<BlockInfo> SeenAsync() => (await requests.WriteAsync(Send, cancellationToken, isServerWork: true).ConfigureAwait(false)).Value;
    }
}
