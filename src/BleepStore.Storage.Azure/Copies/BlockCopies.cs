using System.Runtime.ExceptionServices;
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
    /// A block costs one request but no bytes through this client, so few large blocks would be best. But the service answers only after it
    /// has read the whole block, and a client from the application gives up after 100 seconds (<c>RetryOptions.NetworkTimeout</c>). In that
    /// time 128 MiB arrive at 1.3 MiB/s. A repeated block of this size is acceptable.
    /// </summary>
    private const long BlockSize = 128L * 1024 * 1024;

    /// <summary>"Scale targets for Blob storage", Azure Storage documentation.</summary>
    private const int MaxBlocks = 50_000;

    /// <summary>How many blocks of one copy are copied in parallel. They need no memory here. The limit protects the account.</summary>
    private const int BlocksAtATime = 4;

    /// <summary>
    /// Every failed attempt is another writer's success. So many in a row mean more writers of one key than are reasonable.
    /// </summary>
    private const int MaxAttempts = 10;

    /// <summary>
    /// Any other write to the destination discards the blocks that wait on it. The source still exists, so they are copied again. If they
    /// are missing because this library's own commit succeeded and its answer was lost, the token shows it.
    /// </summary>
    public async Task<ObjectProperties> CopyAsync(
        CopyRequest request, BlockBlobClient source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        request = IsOntoItself(request) ? OnlyOver(request) : request;
        bool mayHaveLanded = false;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await CopyOnceAsync(request, source, destination, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.UploadInvalidated && attempt < MaxAttempts)
            {
                mayHaveLanded |= error.IsOutcomeUnknown;
                if (error.IsOutcomeUnknown && await TryRecogniseAsync(request, error, cancellationToken).ConfigureAwait(false) is { } made)
                {
                    return made;
                }
            }
            catch (StorageException error) when (mayHaveLanded && !error.IsOutcomeUnknown)
            {
                // An earlier commit may have taken effect and been overwritten.
                throw UpstreamErrors.OfUnknownOutcome(error);
            }
        }
    }

    public static bool IsOntoItself(CopyRequest request) => request.Source == new ObjectAddress(request.Bucket, request.Key);

    /// <summary>
    /// A copy onto the source itself replaces only the object that it was made from. Blocks alone do not ensure that, because an empty
    /// object has none, and a change of properties discards none. When the copy's own first attempt has changed the object, the core
    /// recognises it by the token.
    /// </summary>
    private static CopyRequest OnlyOver(CopyRequest request) =>
        request.Condition.IsNone
            ? request with { Condition = new WriteCondition { IfRevision = request.SourceProperties.Revision } }
            : request;

    /// <exception cref="StorageException">
    /// The failure of the commit, whose outcome stays unknown when the object cannot be read.
    /// </exception>
    private async Task<ObjectProperties?> TryRecogniseAsync(
        CopyRequest request, StorageException failure, CancellationToken cancellationToken)
    {
        if (request.WriteToken is not { } token)
        {
            return null;
        }

        try
        {
            StoredObject? current = await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
            return current?.MadeBy(token);
        }
        catch (StorageException)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }
    }

    private async Task<ObjectProperties> CopyOnceAsync(
        CopyRequest request, BlockBlobClient source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        long size = request.SourceProperties.Size;
        string[] ids = await StageCopiesAsync(request, source, destination, cancellationToken).ConfigureAwait(false);
        if (size == 0)
        {
            // No read of the source has proved its revision.
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

    private async Task<string[]> StageCopiesAsync(
        CopyRequest request, BlockBlobClient source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        long size = request.SourceProperties.Size;
        long blockSize = Math.Max(BlockSize, (size + MaxBlocks - 1) / MaxBlocks);

        // The id is new for every attempt, so no attempt uses the blocks of an earlier one.
        string upload = CopiedObject.NewToken();
        string[] ids = new string[(size + blockSize - 1) / blockSize];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = BlocksAtATime, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, ids.Length, parallel, async (at, token) =>
        {
            long offset = at * blockSize;
            var range = new ContentRange(offset, Math.Min(blockSize, size - offset), size);
            string etag = ETags.OfCopiedPart(request.SourceProperties, range);
            StagedBlock block = StagedBlock.New(upload, at + 1, attempt: 1, etag, range.Length, BlockFlags.Copied);

            // The authorization is created for each block, because it is valid for one hour and a large copy takes longer.
            await sources.UseAsync(
                source,
                authorised => StageCopyAsync(
                    destination, block, authorised, request.SourceProperties.Revision, range, outcomeCanBeUnknown: false, token),
                token).ConfigureAwait(false);
            ids[at] = block.Id.Encode();
        }).ConfigureAwait(false);
        return ids;
    }

    public Task<BlockInfo> StageCopyAsync(
        BlockBlobClient blob,
        StagedBlock block,
        CopySource source,
        string revision,
        ContentRange range,
        bool outcomeCanBeUnknown,
        CancellationToken cancellationToken)
    {
        var options = new StageBlockFromUriOptions
        {
            SourceRange = new HttpRange(range.Offset, range.Length),
            SourceConditions = new RequestConditions { IfMatch = AzureProperties.Quoted(revision) },
            SourceAuthentication = source.Authorization,
        };
        return outcomeCanBeUnknown ? SeenAsync() : requests.StageAsync(Send, isServerWork: true, cancellationToken);

        Task<Response<BlockInfo>> Send(CancellationToken token) =>
            blob.StageBlockFromUriAsync(source.Uri, block.Id.Encode(), options, token);

        async Task<BlockInfo> SeenAsync() =>
            (await requests.WriteAsync(Send, cancellationToken, isServerWork: true).ConfigureAwait(false)).Value;
    }
}
