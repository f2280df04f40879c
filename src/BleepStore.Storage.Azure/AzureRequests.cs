using System.Runtime.ExceptionServices;
using System.Xml;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

/// <summary>Sends requests, requires proof that Azure answered them, and maps what they throw.</summary>
/// <param name="attempts">What the client counts attempts with. A client that was given has nothing: then any failed write may have been sent twice.</param>
internal sealed class AzureRequests(SendingPolicy? attempts)
{
    /// <summary>Set when the server has refused to start a listing at a name: a client that was given can speak an older version.</summary>
    private volatile bool _startsNowhere;

    /// <summary>Reads.</summary>
    public static async Task<T> ReadAsync<T>(Func<Task<Response<T>>> send, CancellationToken cancellationToken)
    {
        try
        {
            Response<T> answer = await send().ConfigureAwait(false);
            AzureAnswers.Require(answer.GetRawResponse());
            return answer.Value;
        }
        catch (Exception thrown) when (AzureErrors.Map(thrown, mayHaveLanded: null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>Reads the attributes of a blob or a container.</summary>
    public static Task<T> HeadAsync<T>(Func<Task<Response<T>>> send, CancellationToken cancellationToken) =>
        ReadAsync(async () => AzureAnswers.RequireETag(await send().ConfigureAwait(false)), cancellationToken);

    /// <summary>Reads one page of a listing.</summary>
    public static Task<Page<T>> ListAsync<T>(AsyncPageable<T> pages, string? token, int? pageSize, CancellationToken cancellationToken)
        where T : notnull => ReadListAsync(
        async () =>
        {
            await foreach (Page<T> page in pages.AsPages(token, pageSize).ConfigureAwait(false))
            {
                AzureAnswers.Require(page.GetRawResponse());
                return page;
            }

            throw new InvalidOperationException("A listing always has a page.");
        },
        cancellationToken);

    /// <summary>Reads one page of a listing that starts at a name. A server that refuses to start anywhere lists from the beginning.</summary>
    /// <param name="list">Makes the listing from the name to start at.</param>
    /// <param name="start">The name to start at; <see langword="null"/> for the beginning.</param>
    /// <param name="token">The service's marker.</param>
    /// <param name="pageSize">How many names.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public async Task<Page<T>> ListFromAsync<T>(Func<string?, AsyncPageable<T>> list, string? start, string? token, int pageSize, CancellationToken cancellationToken)
        where T : notnull
    {
        if (start is not null && !_startsNowhere)
        {
            try
            {
                return await ListAsync(list(start), token, pageSize, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.ProviderCode is "UnsupportedQueryParameter" or "InvalidQueryParameterValue")
            {
                _startsNowhere = true;
            }
        }

        return await ListAsync(list(null), token, pageSize, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the blocks of a blob.</summary>
    public static Task<BlockList> ListBlocksAsync(BlockBlobClient blob, BlockListTypes types, CancellationToken cancellationToken) => ReadListAsync(
        async () =>
        {
            Response<BlockList> answer = await blob.GetBlockListAsync(types, cancellationToken: cancellationToken).ConfigureAwait(false);
            AzureAnswers.Require(answer.GetRawResponse());
            return answer.Value ?? throw new XmlException("The document has another root.");
        },
        cancellationToken);

    /// <summary>Sends what changes something that nobody sees, such as a block of a put or a lease. Its outcome is not the caller's.</summary>
    public static Task<T> StageObjectAsync<T>(Func<Task<Response<T>>> send, CancellationToken cancellationToken) => HeadAsync(send, cancellationToken);

    /// <summary>Sends what changes something that nobody sees, such as a block of a put or a lease. Its outcome is not the caller's.</summary>
    public static async Task<Response<T>> StageAsync<T>(Func<Task<Response<T>>> send, CancellationToken cancellationToken)
    {
        try
        {
            Response<T> answer = await send().ConfigureAwait(false);
            AzureAnswers.Require(answer.GetRawResponse());
            return answer;
        }
        catch (Exception thrown) when (AzureErrors.Map(thrown, mayHaveLanded: null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>Writes.</summary>
    public async Task<Response<T>> WriteAsync<T>(Func<Task<Response<T>>> send, CancellationToken cancellationToken)
    {
        try
        {
            Response<T> answer = await send().ConfigureAwait(false);
            AzureAnswers.Require(answer.GetRawResponse());
            return answer;
        }
        catch (Exception thrown) when (MapWrite(thrown, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>Writes what is answered with nothing but a status, such as a deletion.</summary>
    public async Task WriteAsync(Func<Task<Response>> send, CancellationToken cancellationToken)
    {
        try
        {
            AzureAnswers.Require(await send().ConfigureAwait(false));
        }
        catch (Exception thrown) when (MapWrite(thrown, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>Deletes an object under a condition.</summary>
    public async Task DeleteObjectAsync(WriteCondition condition, Func<Task<Response>> send, CancellationToken cancellationToken)
    {
        try
        {
            AzureAnswers.Require(await send().ConfigureAwait(false));
        }
        catch (Exception thrown) when (MapObjectWrite(thrown, condition, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>Writes an object under a condition.</summary>
    /// <returns>What the service says of it, with an ETag.</returns>
    public async Task<T> WriteObjectAsync<T>(WriteCondition condition, Func<Task<Response<T>>> send, CancellationToken cancellationToken)
    {
        try
        {
            return AzureAnswers.RequireETag(await send().ConfigureAwait(false)).Value;
        }
        catch (Exception thrown) when (MapObjectWrite(thrown, condition, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>What to throw for the failure of an object's write. That there is nothing to meet its condition is a condition that does not hold, not a missing key.</summary>
    public StorageException? MapObjectWrite(Exception thrown, WriteCondition condition, CancellationToken cancellationToken)
    {
        StorageException? error = MapWrite(thrown, cancellationToken);
        return error is { Code: StorageErrorCode.NoSuchKey } && error.ProviderCode != AzureErrors.CannotVerifyCopySource && condition.IfRevision is { } revision
            ? new StorageException(StorageErrorCode.PreconditionFailed, $"There is no object; one of revision {revision} was to be there.", error.InnerException)
            {
                Status = error.Status,
                ProviderCode = error.ProviderCode,
                RequestId = error.RequestId,
                IsOutcomeUnknown = error.IsOutcomeUnknown,
            }
            : error;
    }

    private static async Task<T> ReadListAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (Exception thrown) when (AzureErrors.MapList(thrown, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    private StorageException? MapWrite(Exception thrown, CancellationToken cancellationToken) =>
        AzureErrors.Map(thrown, mayHaveLanded: MayHaveBeenSentTwice(thrown), cancellationToken);

    private bool MayHaveBeenSentTwice(Exception thrown) => attempts is null || thrown switch
    {
        RequestFailedException { Status: > 0 } refused => refused.GetRawResponse() is { } response && attempts.IsToRepeated(response),

        // Not answered: what the failures themselves tell comes on top.
        _ => attempts.IsToRepeated(thrown),
    };
}
