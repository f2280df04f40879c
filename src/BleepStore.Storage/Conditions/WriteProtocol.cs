using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Diagnostics;

namespace BleepStore.Storage.Conditions;

/// <summary>
/// What makes conditional writes the same on every backend: an ETag condition becomes one on the revision where the upstream knows only
/// that, and a write whose answer was lost is recognised by its token.
/// </summary>
internal sealed class WriteProtocol(StoreContext context)
{
    private StorageBackend Backend => context.Backend;

    /// <summary>Writes under a condition.</summary>
    /// <param name="operation">For the log.</param>
    /// <param name="address">Where.</param>
    /// <param name="wanted">The caller's condition.</param>
    /// <param name="token">The token that the write carries, or <see langword="null"/>.</param>
    /// <param name="canRepeat">Whether <paramref name="write"/> can be called again.</param>
    /// <param name="state">Handed to <paramref name="write"/>.</param>
    /// <param name="write">One attempt, under a condition that the backend can test.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public ValueTask<ObjectProperties> WriteAsync<TState>(
        string operation,
        ObjectAddress address,
        WriteCondition wanted,
        string? token,
        bool canRepeat,
        TState state,
        Func<TState, WriteCondition, CancellationToken, ValueTask<ObjectProperties>> write,
        CancellationToken cancellationToken) =>
        IsTestedUpstream(wanted)
            ? AttemptAsync(operation, address, wanted, token, state, write, cancellationToken)
            : WriteOnRevisionAsync(operation, address, wanted, token, canRepeat, state, write, cancellationToken);

    private async ValueTask<ObjectProperties> WriteOnRevisionAsync<TState>(
        string operation,
        ObjectAddress address,
        WriteCondition wanted,
        string? token,
        bool canRepeat,
        TState state,
        Func<TState, WriteCondition, CancellationToken, ValueTask<ObjectProperties>> write,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            WriteCondition onRevision = await PinAsync(address, wanted, cancellationToken).ConfigureAwait(false);
            try
            {
                return await AttemptAsync(operation, address, onRevision, token, state, write, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (canRepeat && error.Code == StorageErrorCode.PreconditionFailed)
            {
                await RequireMovedAsync(address, wanted, onRevision, error, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Deletes under a condition.</summary>
    public async Task DeleteAsync(ObjectAddress address, WriteCondition wanted, CancellationToken cancellationToken)
    {
        if (!wanted.IsNone)
        {
            RequireConditionalDelete();
        }

        if (IsTestedUpstream(wanted))
        {
            await AttemptDeleteAsync(address, wanted, cancellationToken).ConfigureAwait(false);
            return;
        }

        while (true)
        {
            WriteCondition onRevision = await PinAsync(address, wanted, cancellationToken).ConfigureAwait(false);
            try
            {
                await AttemptDeleteAsync(address, onRevision, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
            {
                await RequireMovedAsync(address, wanted, onRevision, error, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Completes a multipart upload; repeatable while the object that it made is there.</summary>
    public async Task<ObjectProperties> CompleteAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        var address = new ObjectAddress(request.Bucket, request.Key);
        string token = WriteToken.OfUpload(request.UploadId);
        try
        {
            return await WriteAsync(
                OperationNames.CompleteMultipartUpload,
                address,
                request.Condition,
                token,
                canRepeat: true,
                (Backend, Request: request),
                static (state, condition, cancel) => new ValueTask<ObjectProperties>(state.Backend.CompleteUploadAsync(state.Request with { Condition = condition }, cancel)),
                cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code is StorageErrorCode.NoSuchUpload or StorageErrorCode.PreconditionFailed)
        {
            if (await RecogniseAsync(OperationNames.CompleteMultipartUpload, address, token, cancellationToken).ConfigureAwait(false) is { } made)
            {
                return made;
            }

            throw;
        }
    }

    /// <summary>The properties of the object at an address if the write with this token made it.</summary>
    public async Task<ObjectProperties?> RecogniseAsync(string operation, ObjectAddress address, string token, CancellationToken cancellationToken)
    {
        try
        {
            StoredObject stored = await HeadAsync(address, cancellationToken).ConfigureAwait(false);
            if (!string.Equals(stored.WriteToken, token, StringComparison.Ordinal))
            {
                return null;
            }

            Log.Recognised(context.Operations.Logger, operation, address.Bucket, address.Key);
            return stored.Properties;
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            throw UnknownOutcome(cancelled);
        }
        catch (Exception failure) when (failure is StorageException or OperationCanceledException)
        {
            // The caller reports the write's own failure: that the object cannot be looked at adds nothing to it.
            return null;
        }
    }

    public void RequireConditionalDelete()
    {
        if (!context.Capabilities.DeletesConditionally)
        {
            throw new StorageException(StorageErrorCode.NotSupported, $"The {Backend.Provider} backend's upstream cannot delete under a condition.");
        }
    }

    private bool IsTestedUpstream(WriteCondition wanted) =>
        wanted.IfMatch is null || (context.Capabilities.ComparesETags && wanted.IfMatch != "*");

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
        return wanted with { IfMatch = null, IfRevision = current!.Revision };
    }

    /// <summary>Another attempt makes sense only if the object was replaced by one that still meets the condition; otherwise the failure stands.</summary>
    private async Task RequireMovedAsync(
        ObjectAddress address, WriteCondition wanted, WriteCondition tried, StorageException failure, CancellationToken cancellationToken)
    {
        WriteCondition now = await PinAsync(address, wanted, cancellationToken).ConfigureAwait(false);
        if (now == tried)
        {
            throw failure;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ObjectProperties> AttemptAsync<TState>(
        string operation,
        ObjectAddress address,
        WriteCondition condition,
        string? token,
        TState state,
        Func<TState, WriteCondition, CancellationToken, ValueTask<ObjectProperties>> write,
        CancellationToken cancellationToken)
    {
        // Nothing has been sent yet: a cancellation up to here leaves no doubt.
        cancellationToken.ThrowIfCancellationRequested();
        StorageException failure;
        try
        {
            return await write(state, condition, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.IsOutcomeUnknown && token is not null)
        {
            failure = error;
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody cancelled: a client that waited long enough. The answer is lost, not the write.
            failure = new StorageException(StorageErrorCode.RequestTimeout, "No answer came in time.", cancelled) { IsOutcomeUnknown = true };
        }
        catch (OperationCanceledException cancelled) when (!context.Capabilities.StreamsPuts && cancelled.InnerException is not StorageException)
        {
            throw UnknownOutcome(cancelled);
        }

        if (token is not null && await RecogniseAsync(operation, address, token, cancellationToken).ConfigureAwait(false) is { } made)
        {
            return made;
        }

        ExceptionDispatchInfo.Throw(failure);
        throw failure;
    }

    private async Task AttemptDeleteAsync(ObjectAddress address, WriteCondition condition, CancellationToken cancellationToken)
    {
        // Nothing has been sent yet: a cancellation up to here leaves no doubt.
        cancellationToken.ThrowIfCancellationRequested();
        StorageException failure;
        try
        {
            await Backend.DeleteAsync(new DeleteRequest { Bucket = address.Bucket, Key = address.Key, Condition = condition }, cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (StorageException error) when (error.IsOutcomeUnknown && !condition.IsNone)
        {
            failure = error;
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            failure = new StorageException(StorageErrorCode.RequestTimeout, "No answer came in time.", cancelled) { IsOutcomeUnknown = true };
        }
        catch (OperationCanceledException cancelled) when (!context.Capabilities.StreamsPuts && cancelled.InnerException is not StorageException)
        {
            throw UnknownOutcome(cancelled);
        }

        if (!await IsGoneAsync(address, cancellationToken).ConfigureAwait(false))
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Whether there is certainly no object; one that cannot be looked at may be there.</summary>
    private async Task<bool> IsGoneAsync(ObjectAddress address, CancellationToken cancellationToken)
    {
        try
        {
            await HeadAsync(address, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (StorageException error)
        {
            return error.Code == StorageErrorCode.NoSuchKey;
        }
        catch (OperationCanceledException cancelled)
        {
            return cancellationToken.IsCancellationRequested ? throw UnknownOutcome(cancelled) : false;
        }
    }

    private static OperationCanceledException UnknownOutcome(OperationCanceledException cancelled) => new(
        cancelled.Message,
        new StorageException(StorageErrorCode.OperationAborted, "The write was cancelled after it had been sent.", cancelled) { IsOutcomeUnknown = true },
        cancelled.CancellationToken);
}
