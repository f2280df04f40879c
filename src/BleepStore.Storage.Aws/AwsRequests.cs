using System.Runtime.ExceptionServices;

namespace BleepStore.Storage.Aws;

/// <summary>Sends requests and maps what they throw.</summary>
/// <param name="countsAttempts">Whether the client has our <see cref="SendingHandler"/>. A client that was given has not: then any failed write may have been sent twice.</param>
/// <param name="time">The clock, where the server does not tell the time.</param>
internal sealed class AwsRequests(bool countsAttempts, TimeProvider time)
{
    public static async Task<T> ReadAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (Exception thrown) when (AwsErrors.Map(thrown, mayHaveLanded: null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    public async Task<T> WriteAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken) => (await WriteDatedAsync(send, cancellationToken).ConfigureAwait(false)).Answer;

    /// <summary>Writes, and says when: S3 does not tell the time of what was just written.</summary>
    public async Task<(T Answer, DateTimeOffset At)> WriteDatedAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
    {
        Sending sending = Sending.Observe();
        try
        {
            T answer = await send().ConfigureAwait(false);
            return (answer, sending.AnsweredAt ?? time.GetUtcNow());
        }
        catch (Exception thrown) when (AwsErrors.Map(thrown, !countsAttempts || sending.Attempts > 1, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }
}
