using System.Runtime.ExceptionServices;
using System.Xml;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>Sends requests within the store's time limits, requires proof that Azure answered them, and maps exceptions.</summary>
/// <param name="attempts">
/// Counts the client's attempts. A client from the application has none, so any failed write may have been sent twice.
/// </param>
/// <param name="limits">Returns the limits of the store, which are set after the backend was created.</param>
/// <param name="time">The clock.</param>
internal sealed class AzureRequests(SendingPolicy? attempts, Func<RequestLimits> limits, TimeProvider time)
{
    /// <summary>
    /// Whether the server has refused to start a listing at a name. A client from the application can use an older version.
    /// </summary>
    private volatile bool _startsNowhere;

    /// <summary>Starts the timer of a request.</summary>
    public RequestTimer StartTimer(CancellationToken cancellationToken) => RequestTimer.Start(limits(), time, cancellationToken);

    /// <summary>Reads.</summary>
    public async Task<T> ReadAsync<T>(Func<CancellationToken, Task<Response<T>>> send, CancellationToken cancellationToken)
    {
        using RequestTimer timer = StartTimer(cancellationToken);
        try
        {
            Response<T> answer = await send(timer.Token).ConfigureAwait(false);
            Proof.Require(answer.GetRawResponse());
            return answer.Value;
        }
        catch (Exception thrown) when (MapRead(timer, thrown, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>Reads the attributes of a blob or a container.</summary>
    public Task<T> HeadAsync<T>(Func<CancellationToken, Task<Response<T>>> send, CancellationToken cancellationToken) =>
        ReadAsync(async token => Proof.RequireETag(await send(token).ConfigureAwait(false)), cancellationToken);

    /// <summary>Reads one page of a listing.</summary>
    /// <param name="list">Makes the listing, of a token that ends it.</param>
    /// <param name="marker">The service's marker.</param>
    /// <param name="pageSize">How many names.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public Task<Page<T>> ListAsync<T>(
        Func<CancellationToken, AsyncPageable<T>> list, string? marker, int? pageSize, CancellationToken cancellationToken)
        where T : notnull => ReadListAsync(
        async token =>
        {
            await foreach (Page<T> page in list(token).AsPages(marker, pageSize).ConfigureAwait(false))
            {
                Proof.Require(page.GetRawResponse());
                return page;
            }

            throw new InvalidOperationException("A listing always has a page.");
        },
        cancellationToken);

    /// <summary>
    /// Reads one page of a listing that starts at a name. A server that refuses to start anywhere lists from the beginning.
    /// </summary>
    /// <param name="list">Creates the listing from the name to start at, and from a token that ends it.</param>
    /// <param name="start">The name to start at. <see langword="null"/> for the beginning.</param>
    /// <param name="marker">The service's marker.</param>
    /// <param name="pageSize">How many names.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public async Task<Page<T>> ListFromAsync<T>(
        Func<string?, CancellationToken, AsyncPageable<T>> list,
        string? start,
        string? marker,
        int pageSize,
        CancellationToken cancellationToken)
        where T : notnull
    {
        if (start is not null && !_startsNowhere)
        {
            try
            {
                return await ListAsync(token => list(start, token), marker, pageSize, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.ProviderCode is "UnsupportedQueryParameter" or "InvalidQueryParameterValue")
            {
                _startsNowhere = true;
            }
        }

        return await ListAsync(token => list(null, token), marker, pageSize, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a key to sign with. Its document proves the origin, because not every server adds more to the answer.</summary>
    public Task<UserDelegationKey> ReadKeyAsync(
        Func<CancellationToken, Task<Response<UserDelegationKey>>> send, CancellationToken cancellationToken) => ReadListAsync(
        async token => (await send(token).ConfigureAwait(false)).Value is { Value.Length: > 0 } key
            ? key
            : throw new XmlException("The document has another root."),
        cancellationToken);

    /// <summary>Reads the blocks of a blob.</summary>
    public Task<BlockList> ListBlocksAsync(BlockBlobClient blob, BlockListTypes types, CancellationToken cancellationToken) =>
        ReadListAsync(
        async token =>
        {
            Response<BlockList> answer = await blob.GetBlockListAsync(types, cancellationToken: token).ConfigureAwait(false);
            Proof.Require(answer.GetRawResponse());
            return answer.Value ?? throw new XmlException("The document has another root.");
        },
        cancellationToken);

    /// <summary>
    /// Sends a change that is not visible to anybody, such as a block of a put or a lease. Its outcome does not matter to the caller.
    /// </summary>
    /// <param name="send">Sends the request.</param>
    /// <param name="isServerWork">Whether the server works before it answers.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public Task<T> StageAsync<T>(Func<CancellationToken, Task<Response<T>>> send, bool isServerWork, CancellationToken cancellationToken) =>
        SendAsync(
            send,
            isServerWork,
            static async (send, token) =>
            {
                Response<T> answer = await send(token).ConfigureAwait(false);
                Proof.Require(answer.GetRawResponse());
                return answer.Value;
            },
            static (_, timer, thrown, caller) => MapRead(timer, thrown, caller),
            cancellationToken);

    /// <summary>Sends a body of which nobody sees anything yet.</summary>
    /// <param name="body">The body, which is disposed.</param>
    /// <param name="outcomeCanBeUnknown">Whether a failure can leave the caller in doubt about the block.</param>
    /// <param name="send">Sends.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public async Task StageBodyAsync<T>(
        Stream body, bool outcomeCanBeUnknown, Func<Stream, CancellationToken, Task<Response<T>>> send, CancellationToken cancellationToken)
    {
        using RequestTimer timer = StartTimer(cancellationToken);
        Stream content = timer.Watch(body);
        await using (content.ConfigureAwait(false))
        {
            try
            {
                Proof.Require((await send(content, timer.Token).ConfigureAwait(false)).GetRawResponse());
            }
            catch (Exception thrown) when (
                (outcomeCanBeUnknown ? MapWrite(timer, thrown, cancellationToken) : MapRead(timer, thrown, cancellationToken)) is { } error)
            {
                ExceptionDispatchInfo.Throw(error);
                throw;
            }
        }
    }

    /// <summary>Writes.</summary>
    public Task<Response<T>> WriteAsync<T>(
        Func<CancellationToken, Task<Response<T>>> send, CancellationToken cancellationToken, bool isServerWork = false) =>
        SendAsync(
            (Requests: this, Send: send),
            isServerWork,
            static async (state, token) =>
            {
                Response<T> answer = await state.Send(token).ConfigureAwait(false);
                Proof.Require(answer.GetRawResponse());
                return answer;
            },
            static (state, timer, thrown, caller) => state.Requests.MapWrite(timer, thrown, caller),
            cancellationToken);

    /// <summary>Sends a write that is answered only by a status, such as a deletion.</summary>
    public Task WriteAsync(Func<CancellationToken, Task<Response>> send, CancellationToken cancellationToken) =>
        SendAsync(
            (Requests: this, Send: send),
            isServerWork: false,
            static async (state, token) =>
            {
                Response answer = await state.Send(token).ConfigureAwait(false);
                Proof.Require(answer);
                return answer;
            },
            static (state, timer, thrown, caller) => state.Requests.MapWrite(timer, thrown, caller),
            cancellationToken);

    /// <summary>Deletes an object under a condition.</summary>
    public Task DeleteObjectAsync(
        WriteCondition condition, Func<CancellationToken, Task<Response>> send, CancellationToken cancellationToken) =>
        SendAsync(
            (Requests: this, Send: send, Condition: condition),
            isServerWork: false,
            static async (state, token) =>
            {
                Response answer = await state.Send(token).ConfigureAwait(false);
                Proof.Require(answer);
                return answer;
            },
            static (state, timer, thrown, caller) => state.Requests.MapObjectWrite(timer, thrown, state.Condition, caller),
            cancellationToken);

    /// <summary>Writes an object under a condition.</summary>
    /// <returns>The service's data about the object, with an ETag.</returns>
    public Task<T> WriteObjectAsync<T>(
        WriteCondition condition,
        Func<CancellationToken, Task<Response<T>>> send,
        bool isServerWork,
        CancellationToken cancellationToken) =>
        SendAsync(
            (Requests: this, Send: send, Condition: condition),
            isServerWork,
            static async (state, token) => Proof.RequireETag(await state.Send(token).ConfigureAwait(false)).Value,
            static (state, timer, thrown, caller) => state.Requests.MapObjectWrite(timer, thrown, state.Condition, caller),
            cancellationToken);

    /// <summary>
    /// Returns the exception for the failure of an object's write. A missing object under a condition is a failed condition, not a missing
    /// key.
    /// </summary>
    public StorageException? MapObjectWrite(
        RequestTimer timer, Exception thrown, WriteCondition condition, CancellationToken cancellationToken)
    {
        StorageException? error = MapWrite(timer, thrown, cancellationToken);
        return error is { Code: StorageErrorCode.NoSuchKey }
            && error.ProviderCode != AzureErrors.CannotVerifyCopySource
            && condition.IfRevision is { } revision
            ? UpstreamErrors.Recode(
                error,
                StorageErrorCode.PreconditionFailed,
                $"The object does not exist, but the condition requires the revision {revision}.")
            : error;
    }

    /// <summary>Returns the exception for the failure of a read.</summary>
    public static StorageException? MapRead(RequestTimer timer, Exception thrown, CancellationToken cancellationToken) =>
        timer.Explain(thrown, isWrite: false) ?? AzureErrors.Map(thrown, mayHaveLanded: null, cancellationToken);

    private async Task<T> ReadListAsync<T>(Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        using RequestTimer timer = StartTimer(cancellationToken);
        try
        {
            return await send(timer.Token).ConfigureAwait(false);
        }
        catch (Exception thrown) when (
            (timer.Explain(thrown, isWrite: false) ?? AzureErrors.MapList(thrown, cancellationToken)) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    private async Task<T> SendAsync<TState, T>(
        TState state,
        bool isServerWork,
        Func<TState, CancellationToken, Task<T>> send,
        Func<TState, RequestTimer, Exception, CancellationToken, StorageException?> map,
        CancellationToken cancellationToken)
    {
        using RequestTimer timer = isServerWork
            ? RequestTimer.StartServerWork(limits(), time, cancellationToken)
            : StartTimer(cancellationToken);
        try
        {
            return await send(state, timer.Token).ConfigureAwait(false);
        }
        catch (Exception thrown) when (map(state, timer, thrown, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    private StorageException? MapWrite(RequestTimer timer, Exception thrown, CancellationToken cancellationToken)
    {
        StorageException? late = timer.Explain(thrown, isWrite: true);
        return late ?? AzureErrors.Map(thrown, mayHaveLanded: MayHaveBeenSentTwice(thrown), cancellationToken);
    }

    private bool MayHaveBeenSentTwice(Exception thrown) => attempts is null || thrown switch
    {
        RequestFailedException { Status: > 0 } refused => refused.GetRawResponse() is { } response && attempts.IsToRepeated(response),

        // The failure itself shows further attempts.
        _ => attempts.IsToRepeated(thrown),
    };
}
