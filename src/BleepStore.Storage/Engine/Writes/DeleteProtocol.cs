using System.Runtime.ExceptionServices;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Engine.Writes;

/// <summary>
/// Makes conditional deletes the same on every backend. A delete leaves no token. So the object that exists afterwards, or its absence,
/// shows the outcome of the delete.
/// </summary>
internal sealed class DeleteProtocol(StoreContext context)
{
    /// <summary>How often a delete is sent to a backend that sends nothing again by itself.</summary>
    private const int MaximumDeletes = 2;

    /// <summary>Gives a server that lost the connection a moment.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>A service that asks for a longer wait is not awaited here. The failure reports the requested time.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Deletes under a condition. When the outcome is in doubt, the key is read. No object means success. Another object means a failed
    /// condition of unknown outcome. If the named object is still there, the delete is sent again, unless the backend has retried already.
    /// Otherwise retries would multiply.
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
            throw CannotDeleteConditionally("To delete any object, leave out the condition.");
        }

        bool follows = !RevisionPin.IsTestedUpstream(context, wanted);
        WriteCondition tried = follows
            ? await RevisionPin.PinAsync(context, address, wanted, cancellationToken).ConfigureAwait(false)
            : wanted;
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
            WriteCondition next = follows ? RevisionPin.OnRevision(wanted, current!) : tried;
            bool isWorthwhile = mayHaveLanded
                ? !context.Capabilities.RetriesRequests
                    && !RevisionPin.NamesOtherObjects(context, wanted)
                    && ++lost < MaximumDeletes
                    && await CanWaitAsync(failure, cancellationToken).ConfigureAwait(false)
                : next != tried && attempt < RevisionPin.MaximumMoves;
            if (!isWorthwhile)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            tried = next;
        }
    }

    public async ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) =>
        context.Capabilities.DeletesConditionally
            || await context.Backend.DeletesConditionallyAsync(bucket, cancellationToken).ConfigureAwait(false);

    /// <summary>The refusal of an operation that needs a conditional delete.</summary>
    /// <param name="advice">The advice to the caller.</param>
    public StorageException CannotDeleteConditionally(string advice) => new(
        StorageErrorCode.NotSupported, $"The {context.Backend.Provider} backend's upstream cannot delete under a condition. {advice}");

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
        UnknownOutcome.RequireGoing(mayHaveLanded, cancellationToken);
        var request = new DeleteRequest { Bucket = address.Bucket, Key = address.Key, Condition = condition };
        try
        {
            await context.Backend.DeleteAsync(request, cancellationToken).ConfigureAwait(false);
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
            throw UnknownOutcome.Of(cancelled);
        }
    }

    /// <summary>Returns the object after a failed delete. When it cannot be read, an unknown outcome stays unknown.</summary>
    private async Task<ObjectProperties?> FindAsync(ObjectAddress address, StorageException failure, CancellationToken cancellationToken)
    {
        try
        {
            return (await RevisionPin.HeadAsync(context, address, cancellationToken).ConfigureAwait(false)).Properties;
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
            throw cancellationToken.IsCancellationRequested ? UnknownOutcome.Of(cancelled) : failure;
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
                    "The answer to the delete was lost, and the key now has another object. The named object was deleted or replaced. "
                    + "Read it again, then decide.",
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
            throw UnknownOutcome.Of(cancelled);
        }
    }
}
