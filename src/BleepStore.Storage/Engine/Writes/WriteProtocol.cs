using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Engine.Writes;

/// <summary>
/// Makes conditional writes the same on every backend. Where the upstream knows only revisions, a condition on an ETag becomes one on the
/// revision. A write whose answer was lost is recognised by its token.
/// </summary>
internal sealed class WriteProtocol(StoreContext context)
{
    /// <summary>Writes under a condition.</summary>
    /// <param name="operation">For the log.</param>
    /// <param name="address">Where.</param>
    /// <param name="wanted">The caller's condition.</param>
    /// <param name="token">The token that the write carries, or <see langword="null"/>.</param>
    /// <param name="body">The bytes that are stored, when they are sent along. The answer must be about them.</param>
    /// <param name="canRepeat">Whether <paramref name="write"/> can be called again.</param>
    /// <param name="state">Handed to <paramref name="write"/>.</param>
    /// <param name="write">One attempt, under a condition that the backend can test.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public ValueTask<ObjectProperties> WriteAsync<TState>(
        string operation,
        ObjectAddress address,
        WriteCondition wanted,
        string? token,
        StorageBody? body,
        bool canRepeat,
        TState state,
        Func<TState, WriteCondition, CancellationToken, ValueTask<ObjectProperties>> write,
        CancellationToken cancellationToken) =>
        RevisionPin.IsTestedUpstream(context, wanted)
            ? AttemptAsync(operation, address, wanted, token, body, mayHaveLanded: false, state, write, cancellationToken)
            : WriteOnRevisionAsync(operation, address, wanted, token, body, canRepeat, state, write, cancellationToken);

    private async ValueTask<ObjectProperties> WriteOnRevisionAsync<TState>(
        string operation,
        ObjectAddress address,
        WriteCondition wanted,
        string? token,
        StorageBody? body,
        bool canRepeat,
        TState state,
        Func<TState, WriteCondition, CancellationToken, ValueTask<ObjectProperties>> write,
        CancellationToken cancellationToken)
    {
        WriteCondition onRevision = await RevisionPin.PinAsync(context, address, wanted, cancellationToken).ConfigureAwait(false);
        bool mayHaveLanded = false;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(operation, address, onRevision, token, body, mayHaveLanded, state, write, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (StorageException error) when (
                canRepeat && error.Code == StorageErrorCode.PreconditionFailed && attempt < RevisionPin.MaximumMoves)
            {
                mayHaveLanded |= error.IsOutcomeUnknown;
                onRevision = await FollowAsync(address, wanted, onRevision, error, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Completes a caller's multipart upload. The call can be repeated while the object that it made is there.</summary>
    public Task<ObjectProperties> CompleteAsync(CompleteUploadRequest request, CancellationToken cancellationToken) => CompleteAsync(
        new ObjectAddress(request.Bucket, request.Key),
        request.Condition,
        WriteToken.OfUpload(request.UploadId),
        (condition, cancel) => context.Backend.CompleteUploadAsync(request with { Condition = condition }, cancel),
        cancellationToken);

    /// <summary>Completes a write of this library's own, whose parts are all known.</summary>
    public Task<ObjectProperties> CompleteAsync(
        PartedWrite write,
        CreateUploadRequest begun,
        IReadOnlyList<PartInfo> parts,
        WriteCondition wanted,
        CancellationToken cancellationToken) =>
        CompleteAsync(
            new ObjectAddress(begun.Bucket, begun.Key),
            wanted,
            begun.WriteToken,
            async (condition, cancel) =>
            {
                ObjectProperties made = await write.CompleteAsync(parts, condition, cancel).ConfigureAwait(false);
                WriteProof.RequireMadeOf(context.Capabilities, parts, made);
                return made;
            },
            cancellationToken);

    /// <remarks>A closure costs nothing beside the request that completes a write.</remarks>
    private async Task<ObjectProperties> CompleteAsync(
        ObjectAddress address,
        WriteCondition wanted,
        string token,
        Func<WriteCondition, CancellationToken, Task<ObjectProperties>> complete,
        CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(
                OperationNames.CompleteMultipartUpload,
                address,
                wanted,
                token,
                body: null,
                canRepeat: true,
                complete,
                static (complete, condition, cancel) => new ValueTask<ObjectProperties>(complete(condition, cancel)),
                cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (CanBeRefusedByItself(error))
        {
            (bool hasLooked, ObjectProperties? made) =
                await LookAsync(OperationNames.CompleteMultipartUpload, address, token, cancellationToken).ConfigureAwait(false);
            if (made is not null)
            {
                return made;
            }

            if (error.Code == StorageErrorCode.NoSuchUpload && !hasLooked)
            {
                // An earlier call may have completed it.
                throw error.WithOutcome(isUnknown: true);
            }

            throw;
        }
    }

    /// <summary>
    /// Returns whether the object that this upload has already created can be the reason for the refusal. Another call may have completed
    /// the upload. Then the upload or its parts no longer exist, or the condition no longer holds.
    /// </summary>
    private static bool CanBeRefusedByItself(StorageException error) =>
        error.Code is StorageErrorCode.NoSuchUpload or StorageErrorCode.InvalidPart or StorageErrorCode.PreconditionFailed
        && !error.IsOutcomeUnknown;

    /// <summary>
    /// Writes once more after a failure. If the failed attempt took effect, its object can cause the refusal of the next one. So a failure
    /// of the next attempt always has an unknown outcome.
    /// </summary>
    /// <param name="failure">The failure of the first attempt.</param>
    /// <param name="state">Handed to <paramref name="write"/>.</param>
    /// <param name="write">The next attempt, with its own token.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public static async Task<ObjectProperties> AfterAsync<TState>(
        StorageException failure,
        TState state,
        Func<TState, CancellationToken, Task<ObjectProperties>> write,
        CancellationToken cancellationToken)
    {
        try
        {
            return await write(state, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (failure.IsOutcomeUnknown)
        {
            throw error.WithOutcome(isUnknown: true);
        }
        catch (OperationCanceledException cancelled) when (failure.IsOutcomeUnknown && cancelled.InnerException is not StorageException)
        {
            throw UnknownOutcome.Of(cancelled);
        }
    }

    /// <summary>
    /// Another attempt makes sense only if the object was replaced by one that still meets the condition. Otherwise the failure stands.
    /// </summary>
    private async Task<WriteCondition> FollowAsync(
        ObjectAddress address, WriteCondition wanted, WriteCondition tried, StorageException failure, CancellationToken cancellationToken)
    {
        WriteCondition now;
        try
        {
            now = await RevisionPin.PinAsync(context, address, wanted, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (failure.IsOutcomeUnknown)
        {
            throw error.Code == StorageErrorCode.PreconditionFailed ? error.WithOutcome(isUnknown: true) : failure;
        }
        catch (OperationCanceledException cancelled) when (failure.IsOutcomeUnknown)
        {
            throw cancellationToken.IsCancellationRequested ? UnknownOutcome.Of(cancelled) : failure;
        }

        if (now == tried)
        {
            throw failure;
        }

        return now;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ObjectProperties> AttemptAsync<TState>(
        string operation,
        ObjectAddress address,
        WriteCondition condition,
        string? token,
        StorageBody? body,
        bool mayHaveLanded,
        TState state,
        Func<TState, WriteCondition, CancellationToken, ValueTask<ObjectProperties>> write,
        CancellationToken cancellationToken)
    {
        UnknownOutcome.RequireGoing(mayHaveLanded, cancellationToken);
        StorageException failure;
        try
        {
            ObjectProperties stored = await write(state, condition, cancellationToken).ConfigureAwait(false);
            WriteProof.RequireSent(context.Capabilities, stored, body);
            return stored;
        }
        catch (StorageException error) when ((error.IsOutcomeUnknown || mayHaveLanded) && token is not null)
        {
            failure = error.WithOutcome(isUnknown: true);
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            failure = Operations.Timeout(cancelled, isOutcomeUnknown: true);
        }
        catch (OperationCanceledException cancelled)
            when (!context.Capabilities.StreamsPuts && cancelled.InnerException is not StorageException)
        {
            throw UnknownOutcome.Of(cancelled);
        }

        if (token is not null && await LookAsync(operation, address, token, cancellationToken).ConfigureAwait(false) is (_, { } made))
        {
            return made;
        }

        ExceptionDispatchInfo.Throw(failure);
        throw failure;
    }

    /// <summary>Checks whether the write with this token created the object at an address.</summary>
    /// <returns>Whether the object could be read, and its properties if the write created it.</returns>
    private async Task<(bool HasLooked, ObjectProperties? Made)> LookAsync(
        string operation, ObjectAddress address, string token, CancellationToken cancellationToken)
    {
        try
        {
            StoredObject stored = await RevisionPin.HeadAsync(context, address, cancellationToken).ConfigureAwait(false);
            ObjectProperties? made = stored.MadeBy(token);
            if (made is not null)
            {
                Log.Recognised(context.Operations.Logger, operation, address.Bucket, address.Key);
            }

            return (true, made);
        }
        catch (StorageException error)
        {
            // The caller reports the write's own failure, which a failed read of the object does not change.
            return (error.Code == StorageErrorCode.NoSuchKey, null);
        }
        catch (OperationCanceledException cancelled)
        {
            return cancellationToken.IsCancellationRequested ? throw UnknownOutcome.Of(cancelled) : (false, null);
        }
    }
}
