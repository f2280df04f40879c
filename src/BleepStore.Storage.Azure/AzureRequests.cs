using System.Runtime.ExceptionServices;
using Azure;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

/// <summary>Sends requests and maps what they throw.</summary>
/// <param name="attempts">What the client counts attempts with. A client that was given has nothing: then any failed write may have been sent twice.</param>
internal sealed class AzureRequests(SendingPolicy? attempts)
{
    public static async Task<T> ReadAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (Exception thrown) when (AzureErrors.Map(thrown, mayHaveLanded: null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    public async Task<T> WriteAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (Exception thrown) when (MapWrite(thrown, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>Writes an object under a condition.</summary>
    public async Task<T> WriteObjectAsync<T>(WriteCondition condition, Func<Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send().ConfigureAwait(false);
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

    private StorageException? MapWrite(Exception thrown, CancellationToken cancellationToken) =>
        AzureErrors.Map(thrown, mayHaveLanded: MayHaveBeenSentTwice(thrown), cancellationToken);

    private bool MayHaveBeenSentTwice(Exception thrown) => attempts is null || thrown switch
    {
        // The retry policy wraps the failures of several attempts in one.
        AggregateException => true,
        RequestFailedException failed => failed.GetRawResponse() is { } response && attempts.IsToRepeated(response),
        _ => false,
    };
}
