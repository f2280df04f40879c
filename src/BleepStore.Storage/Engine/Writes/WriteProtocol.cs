using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Engine.Writes;

/// <summary>
/// What makes conditional writes the same on every backend: an ETag condition becomes one on the revision where the upstream knows only
/// that, and a write whose answer was lost is recognised by its token.
/// </summary>
internal sealed class WriteProtocol(StoreContext context)
{
    /// <summary>
    /// How often a write on an ETag follows an object that others replace by equal bytes: an end, should it never stop moving.
    /// </summary>
    private const int MaximumMoves = 10;

    /// <summary>How often a delete is sent to a backend that sends nothing again by itself.</summary>
    private const int MaximumDeletes = 2;

    /// <summary>Gives a server that lost the connection a moment.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>A service that asks for more is not waited for here: the caller is told, with the time.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private StorageBackend Backend => context.Backend;

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
        IsTestedUpstream(wanted)
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
        WriteCondition onRevision = await PinAsync(address, wanted, cancellationToken).ConfigureAwait(false);
        bool mayHaveLanded = false;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(operation, address, onRevision, token, body, mayHaveLanded, state, write, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (StorageException error) when (canRepeat && error.Code == StorageErrorCode.PreconditionFailed && attempt < MaximumMoves)
            {
                mayHaveLanded |= error.IsOutcomeUnknown;
                onRevision = await FollowAsync(address, wanted, onRevision, error, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Deletes under a condition. A delete leaves no token by which it could be recognised. So when its outcome is in doubt, what is there
    /// decides: nothing is success, another object is a failed condition of unknown outcome, and for the object that was named the delete
    /// is sent again, unless the backend has done so by itself. Retries would multiply.
    /// </summary>
    public async Task DeleteAsync(ObjectAddress address, WriteCondition wanted, CancellationToken cancellationToken)
    {
        if (wanted.IsNone)
        {
            await DeleteAnyAsync(address, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!await DeletesConditionallyAsync(address.Bucket, cancellationToken).ConfigureAwait(false))
        {
            throw CannotDeleteConditionally("To delete whatever is there, leave out the condition.");
        }

        bool follows = !IsTestedUpstream(wanted);
        WriteCondition tried = follows ? await PinAsync(address, wanted, cancellationToken).ConfigureAwait(false) : wanted;
        bool mayHaveLanded = false;
        int lost = 0;
        for (int attempt = 1; ; attempt++)
        {
            if (await TryDeleteAsync(address, tried, mayHaveLanded, cancellationToken).ConfigureAwait(false) is not { } failure)
            {
                return;
            }

            mayHaveLanded |= failure.IsOutcomeUnknown;
            failure = failure.WithOutcome(mayHaveLanded);
            if (!mayHaveLanded && !(follows && failure.Code == StorageErrorCode.PreconditionFailed))
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            ObjectProperties? current = await FindAsync(address, failure, cancellationToken).ConfigureAwait(false);
            if (current is null && mayHaveLanded)
            {
                Log.Gone(context.Operations.Logger, OperationNames.Delete, address.Bucket, address.Key);
                return;
            }

            RequireNamed(wanted, current, failure);
            WriteCondition next = follows ? OnRevision(wanted, current!) : tried;
            bool isWorthwhile = mayHaveLanded
                ? !context.Capabilities.RetriesRequests
                    && !NamesOtherObjects(wanted)
                    && ++lost < MaximumDeletes
                    && await CanWaitAsync(failure, cancellationToken).ConfigureAwait(false)
                : next != tried && attempt < MaximumMoves;
            if (!isWorthwhile)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            tried = next;
        }
    }

    /// <summary>Completes a caller's multipart upload. The call can be repeated while the object that it made is there.</summary>
    public Task<ObjectProperties> CompleteAsync(CompleteUploadRequest request, CancellationToken cancellationToken) => CompleteAsync(
        new ObjectAddress(request.Bucket, request.Key),
        request.Condition,
        WriteToken.OfUpload(request.UploadId),
        (Backend, Request: request),
        static (state, condition, cancel) => state.Backend.CompleteUploadAsync(state.Request with { Condition = condition }, cancel),
        cancellationToken);

    /// <summary>Completes a write of this library's own, whose parts are all known.</summary>
    public Task<ObjectProperties> CompleteAsync(
        PartedWrite write, CreateUploadRequest begun, IReadOnlyList<PartInfo> parts, WriteCondition wanted, CancellationToken cancellationToken) =>
        CompleteAsync(
            new ObjectAddress(begun.Bucket, begun.Key),
            wanted,
            begun.WriteToken,
            (Protocol: this, Write: write, Parts: parts),
            static async (state, condition, cancel) =>
            {
                ObjectProperties made = await state.Write.CompleteAsync(state.Parts, condition, cancel).ConfigureAwait(false);
                state.Protocol.RequireMadeOf(state.Parts, made);
                return made;
            },
            cancellationToken);

    private async Task<ObjectProperties> CompleteAsync<TState>(
        ObjectAddress address,
        WriteCondition wanted,
        string token,
        TState state,
        Func<TState, WriteCondition, CancellationToken, Task<ObjectProperties>> complete,
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
                (State: state, Complete: complete),
                static (run, condition, cancel) => new ValueTask<ObjectProperties>(run.Complete(run.State, condition, cancel)),
                cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error)
            when (error.Code is StorageErrorCode.NoSuchUpload or StorageErrorCode.PreconditionFailed && !error.IsOutcomeUnknown)
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
    /// Writes once more after a failure. Where the failed attempt may have taken effect, the object that it made can be what refuses the
    /// next one. So whatever becomes of the next one, a failure is of unknown outcome.
    /// </summary>
    /// <param name="failure">The failure of the first attempt.</param>
    /// <param name="state">Handed to <paramref name="write"/>.</param>
    /// <param name="write">The next attempt, with a token of its own.</param>
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
            throw UnknownOutcome(cancelled);
        }
    }

    public async ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) =>
        context.Capabilities.DeletesConditionally || await Backend.DeletesConditionallyAsync(bucket, cancellationToken).ConfigureAwait(false);

    /// <summary>The refusal of what needs a conditional delete.</summary>
    /// <param name="advice">What to do about it.</param>
    public StorageException CannotDeleteConditionally(string advice) => new(
        StorageErrorCode.NotSupported, $"The {Backend.Provider} backend's upstream cannot delete under a condition. {advice}");

    private bool IsTestedUpstream(WriteCondition wanted) =>
        wanted.IfMatch is null || (context.Capabilities.ComparesETags && wanted.IfMatch != "*");

    /// <summary>
    /// Where a revision is made of the bytes, the object that has the revision can be a newer one, which the caller has not named. An ETag
    /// names the bytes.
    /// </summary>
    private bool NamesOtherObjects(WriteCondition wanted) => context.Capabilities.RevisionsRepeat && wanted.IfRevision is not null;

    private Task<StoredObject> HeadAsync(ObjectAddress address, CancellationToken cancellationToken) =>
        Backend.HeadAsync(new HeadRequest { Bucket = address.Bucket, Key = address.Key }, cancellationToken);

    /// <summary>Tests the ETag here, and leaves it to the upstream to test that nothing has changed since.</summary>
    private async Task<WriteCondition> PinAsync(ObjectAddress address, WriteCondition wanted, CancellationToken cancellationToken)
    {
        ObjectProperties? current = null;
        try
        {
            current = (await HeadAsync(address, cancellationToken).ConfigureAwait(false)).Properties;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // No object is the condition's to judge.
        }

        wanted.ThrowIfNotMet(current);
        return OnRevision(wanted, current!);
    }

    private static WriteCondition OnRevision(WriteCondition wanted, ObjectProperties current) =>
        wanted with { IfMatch = null, IfRevision = current.Revision };

    /// <summary>
    /// Another attempt makes sense only if the object was replaced by one that still meets the condition. Otherwise the failure stands.
    /// </summary>
    private async Task<WriteCondition> FollowAsync(
        ObjectAddress address, WriteCondition wanted, WriteCondition tried, StorageException failure, CancellationToken cancellationToken)
    {
        WriteCondition now;
        try
        {
            now = await PinAsync(address, wanted, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (failure.IsOutcomeUnknown)
        {
            throw error.Code == StorageErrorCode.PreconditionFailed ? error.WithOutcome(isUnknown: true) : failure;
        }
        catch (OperationCanceledException cancelled) when (failure.IsOutcomeUnknown)
        {
            throw cancellationToken.IsCancellationRequested ? UnknownOutcome(cancelled) : failure;
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
        RequireGoing(mayHaveLanded, cancellationToken);
        StorageException failure;
        try
        {
            ObjectProperties stored = await write(state, condition, cancellationToken).ConfigureAwait(false);
            RequireProof(stored, body);
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
            throw UnknownOutcome(cancelled);
        }

        if (token is not null && await LookAsync(operation, address, token, cancellationToken).ConfigureAwait(false) is (_, { } made))
        {
            return made;
        }

        ExceptionDispatchInfo.Throw(failure);
        throw failure;
    }

    /// <summary>Looks whether the write with this token made the object at an address.</summary>
    /// <returns>Whether the object could be looked at, and its properties if the write made it.</returns>
    private async Task<(bool HasLooked, ObjectProperties? Made)> LookAsync(
        string operation, ObjectAddress address, string token, CancellationToken cancellationToken)
    {
        try
        {
            StoredObject stored = await HeadAsync(address, cancellationToken).ConfigureAwait(false);
            ObjectProperties? made = stored.MadeBy(token);
            if (made is not null)
            {
                Log.Recognised(context.Operations.Logger, operation, address.Bucket, address.Key);
            }

            return (true, made);
        }
        catch (StorageException error)
        {
            // The caller reports the write's own failure: that the object cannot be looked at adds nothing to it.
            return (error.Code == StorageErrorCode.NoSuchKey, null);
        }
        catch (OperationCanceledException cancelled)
        {
            return cancellationToken.IsCancellationRequested ? throw UnknownOutcome(cancelled) : (false, null);
        }
    }

    /// <summary>An answer that does not say what was stored is none: something between here and the service can have given it.</summary>
    private void RequireProof(ObjectProperties stored, StorageBody? body)
    {
        if (string.IsNullOrEmpty(stored.ETag) || string.IsNullOrEmpty(stored.Revision))
        {
            throw Unproven("The answer to the write has no ETag or no revision.");
        }

        if (context.Capabilities.TransformsBytes)
        {
            return;
        }

        if (body?.Length is { } length && stored.Size != length)
        {
            throw Unproven($"The answer to the write is about {stored.Size} bytes, and {length} were sent.");
        }

        // Where revisions repeat, the ETag can be the server's own.
        if (body?.Md5 is not null
            && !context.Capabilities.RevisionsRepeat
            && !string.Equals(stored.ETag, body.ETag, StringComparison.Ordinal))
        {
            throw Unproven($"The answer to the write is about bytes of ETag {stored.ETag}, and those of {body.ETag} were sent.");
        }
    }

    private void RequireMadeOf(IReadOnlyList<PartInfo> parts, ObjectProperties made)
    {
        if (context.Capabilities.TransformsBytes)
        {
            return;
        }

        if (parts.Sum(static part => part.Size) is var size && made.Size != size)
        {
            throw Unproven($"The answer to the completion is about {made.Size} bytes, and the parts have {size}.");
        }

        Span<byte> md5 = stackalloc byte[MD5.HashSizeInBytes];
        foreach (PartInfo part in parts)
        {
            if (!ETags.TryParseMd5(part.ETag, md5))
            {
                return;
            }
        }

        if (!context.Capabilities.RevisionsRepeat
            && ETags.Compose(parts) is var etag
            && !string.Equals(made.ETag, etag, StringComparison.Ordinal))
        {
            throw Unproven($"The answer to the completion is about bytes of ETag {made.ETag}, and the parts make {etag}.");
        }
    }

    private static StorageException Unproven(string what)
    {
        string reason = $"{what} It is no proof that the object was stored. Check what stands between this client and the service.";
        return new StorageException(StorageErrorCode.InternalError, reason) { IsOutcomeUnknown = true };
    }

    private async Task DeleteAnyAsync(ObjectAddress address, CancellationToken cancellationToken)
    {
        StorageException? failure =
            await TryDeleteAsync(address, condition: default, mayHaveLanded: false, cancellationToken).ConfigureAwait(false);
        if (failure is null)
        {
            return;
        }

        if (failure.InnerException is not OperationCanceledException
            || await FindAsync(address, failure, cancellationToken).ConfigureAwait(false) is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <returns>The failure, or <see langword="null"/>.</returns>
    private async Task<StorageException?> TryDeleteAsync(
        ObjectAddress address, WriteCondition condition, bool mayHaveLanded, CancellationToken cancellationToken)
    {
        RequireGoing(mayHaveLanded, cancellationToken);
        var request = new DeleteRequest { Bucket = address.Bucket, Key = address.Key, Condition = condition };
        try
        {
            await Backend.DeleteAsync(request, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (StorageException error)
        {
            return error;
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            return Operations.Timeout(cancelled, isOutcomeUnknown: true);
        }
        catch (OperationCanceledException cancelled)
            when (!context.Capabilities.StreamsPuts && cancelled.InnerException is not StorageException)
        {
            throw UnknownOutcome(cancelled);
        }
    }

    /// <summary>The object after a delete that failed. When it cannot be looked at, an unknown outcome stays unknown.</summary>
    private async Task<ObjectProperties?> FindAsync(ObjectAddress address, StorageException failure, CancellationToken cancellationToken)
    {
        try
        {
            return (await HeadAsync(address, cancellationToken).ConfigureAwait(false)).Properties;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
        catch (StorageException) when (failure.IsOutcomeUnknown)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }
        catch (OperationCanceledException cancelled) when (failure.IsOutcomeUnknown)
        {
            throw cancellationToken.IsCancellationRequested ? UnknownOutcome(cancelled) : failure;
        }
    }

    private static void RequireNamed(WriteCondition wanted, ObjectProperties? current, StorageException failure)
    {
        try
        {
            wanted.ThrowIfNotMet(current);
        }
        catch (StorageException notMet)
        {
            throw failure.Code == StorageErrorCode.PreconditionFailed
                ? failure
                : new StorageException(
                    notMet.Code,
                    "The answer to the delete was lost, and another object is there now. The one that was named was deleted or replaced. "
                    + "Read it again and decide anew.",
                    failure)
                {
                    IsOutcomeUnknown = failure.IsOutcomeUnknown,
                };
        }
    }

    /// <summary>Waits before something is sent again.</summary>
    /// <returns><see langword="false"/> when the service has asked for more than can be waited here.</returns>
    private async Task<bool> CanWaitAsync(StorageException failure, CancellationToken cancellationToken)
    {
        TimeSpan pause = failure.RetryAfter is { } asked && asked > Pause ? asked : Pause;
        if (pause > LongestPause)
        {
            return false;
        }

        try
        {
            await Task.Delay(pause, context.Operations.Time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException cancelled)
        {
            throw UnknownOutcome(cancelled);
        }
    }

    /// <summary>While nothing was sent, a cancellation leaves no doubt.</summary>
    private static void RequireGoing(bool mayHaveLanded, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            var cancelled = new OperationCanceledException(cancellationToken);
            throw mayHaveLanded ? UnknownOutcome(cancelled) : cancelled;
        }
    }

    private static OperationCanceledException UnknownOutcome(OperationCanceledException cancelled) => new(
        cancelled.Message,
        new StorageException(StorageErrorCode.OperationAborted, "The write was cancelled after it had been sent.", cancelled)
        {
            IsOutcomeUnknown = true,
        },
        cancelled.CancellationToken);
}
