using System.Runtime.ExceptionServices;

namespace BleepStore.Storage.Azure;

/// <summary>Sends requests and maps what they throw.</summary>
/// <param name="countsAttempts">Whether the client has our <see cref="AttemptPolicy"/>. A client that was given has not: then any failed write may have been sent twice.</param>
internal sealed class AzureRequests(bool countsAttempts)
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
        var attempts = new AttemptCounter();
        AttemptPolicy.Observe(attempts);
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (Exception thrown) when (AzureErrors.Map(thrown, !countsAttempts || attempts.Count > 1, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }
}
