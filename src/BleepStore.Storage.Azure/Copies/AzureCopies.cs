using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Copies;

/// <summary>Copies on the server.</summary>
internal sealed class AzureCopies(
    AzureUpstream upstream, AzureRequests requests, CopySources sources, BlockCopies byBlocks, CopiedObject copied)
{
    /// <summary>"Put Blob From URL" takes sources of at most 5,000 MiB (Azure Storage REST API).</summary>
    public const long MaxSize = 5000L * 1024 * 1024;

    /// <summary>Set when the server has answered that it does not know Put Blob From URL.</summary>
    private volatile bool _copiesByBlocks;

    /// <summary>Set when the server has answered that it does not know Put Block From URL either.</summary>
    private volatile bool _copiesNoBlocks;

    /// <summary>
    /// Sends one Put Blob From URL. Where the server does not support it, for larger objects, and for a copy onto the source itself, it
    /// copies blocks from the source and sends one Put Block List. Both are synchronous, pinned to the source's revision, and replace the
    /// destination in one step.
    /// </summary>
    public async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        BlockBlobClient source = upstream.Object(request.Source.Bucket, request.Source.Key);
        BlockBlobClient destination = upstream.Object(request.Bucket, request.Key);
        try
        {
            return await TryCopyInOneStepAsync(request, source, destination, cancellationToken).ConfigureAwait(false)
                ?? throw new StorageException(
                    StorageErrorCode.NotSupported,
                    "This server supports neither Put Blob From URL nor Put Block From URL, so it cannot copy. Read the object and put " +
                    "it.");
        }
        catch (StorageException error) when (IsArchived(error, request.SourceProperties))
        {
            throw Archived(error);
        }
    }

    /// <returns><see langword="null"/> where the server knows no copy that replaces the destination in one step.</returns>
    public async Task<ObjectProperties?> TryCopyInOneStepAsync(
        CopyRequest request, BlockBlobClient source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        if (!_copiesByBlocks && !BlockCopies.IsOntoItself(request) && request.SourceProperties.Size <= MaxSize)
        {
            try
            {
                return await sources.UseAsync(
                    source,
                    authorised => CopyInOneRequestAsync(request, authorised, destination, cancellationToken),
                    cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Status == 501)
            {
                _copiesByBlocks = true;
            }
            catch (StorageException error) when (error.Status == 500 && !_copiesNoBlocks)
            {
                // A service can fail once, so the next copy asks again. Azurite answers so to every copy under a SAS.
                ObjectProperties made = await CopyByBlocksAfterAsync(error, request, source, destination, cancellationToken)
                    .ConfigureAwait(false);
                _copiesByBlocks |= IsOfAzurite(error);
                return made;
            }
        }

        if (!_copiesNoBlocks)
        {
            try
            {
                return await byBlocks.CopyAsync(request, source, destination, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Status == 501)
            {
                _copiesNoBlocks = true;
            }
        }

        return null;
    }

    private static bool IsOfAzurite(StorageException error) =>
        error.InnerException is RequestFailedException refused
            && refused.GetRawResponse() is { } answer
            && answer.Headers.TryGetValue("Server", out string? server)
            && server.StartsWith("Azurite", StringComparison.Ordinal);

    /// <summary>
    /// Copies by blocks after the single request failed. That request may have taken effect, and its object may fail the condition. The
    /// token decides.
    /// </summary>
    private async Task<ObjectProperties> CopyByBlocksAfterAsync(
        StorageException failure,
        CopyRequest request,
        BlockBlobClient source,
        BlockBlobClient destination,
        CancellationToken cancellationToken)
    {
        try
        {
            return await byBlocks.CopyAsync(request, source, destination, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (
            error is { Code: StorageErrorCode.PreconditionFailed, IsOutcomeUnknown: false } && failure.IsOutcomeUnknown)
        {
            throw UpstreamErrors.Recode(
                error,
                error.Code,
                "The condition does not hold, or an earlier attempt of this copy has changed the object. Read the object.",
                isOutcomeUnknown: true);
        }
        catch (StorageException error) when (failure.IsOutcomeUnknown && !error.IsOutcomeUnknown)
        {
            throw UpstreamErrors.OfUnknownOutcome(error);
        }
    }

    private async Task<ObjectProperties> CopyInOneRequestAsync(
        CopyRequest request, CopySource source, BlockBlobClient destination, CancellationToken cancellationToken)
    {
        ObjectAttributes attributes = CopiedObject.Attributes(request);
        var options = new BlobSyncUploadFromUriOptions
        {
            CopySourceBlobProperties = false,
            HttpHeaders = AzureProperties.Headers(attributes),
            Metadata = CopiedObject.ExplicitMetadata(request, attributes),
            AccessTier = AzureProperties.Tier(attributes),
            SourceConditions = new BlobRequestConditions { IfMatch = AzureProperties.Quoted(request.SourceProperties.Revision) },
            DestinationConditions = AzureConditions.Of(request.Condition),
            SourceAuthentication = source.Authorization,
        };
        BlobContentInfo made = await requests.WriteObjectAsync(
            request.Condition,
            token => destination.SyncUploadFromUriAsync(source.Uri, options, token),
            isServerWork: true,
            cancellationToken).ConfigureAwait(false);
        return await copied.LookAsync(request, attributes, destination, made, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Whether a copy failed because its source is archived. Not every server says why a source cannot be read. The status and the tier of
    /// the source tell.
    /// </summary>
    public static bool IsArchived(StorageException error, ObjectProperties source) =>
        error is { Status: 409, ProviderCode: AzureErrors.CannotVerifyCopySource, Code: not StorageErrorCode.InvalidObjectState }
        && source.StorageClass == AccessTier.Archive;

    public static StorageException Archived(StorageException error) =>
        UpstreamErrors.Recode(error, StorageErrorCode.InvalidObjectState, AzureErrors.Archived);
}
