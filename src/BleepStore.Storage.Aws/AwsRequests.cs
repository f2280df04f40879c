using System.Runtime.ExceptionServices;
using Amazon.Runtime;

namespace BleepStore.Storage.Aws;

/// <summary>Sends requests, maps what they throw, and requires proof of what they did.</summary>
/// <param name="isGiven">Whether the client was given. It has none of our handlers, so any failed write may have been sent twice.</param>
/// <param name="time">The clock, where the server does not tell the time.</param>
internal sealed class AwsRequests(bool isGiven, TimeProvider time)
{
    public async Task<T> ReadAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        try
        {
            T answer = await send().ConfigureAwait(false);
            try
            {
                Proof.Require(answer, isRooted: !isGiven, isWrite: false);
            }
            catch (StorageException)
            {
                (answer as IDisposable)?.Dispose();
                throw;
            }

            return answer;
        }
        catch (Exception thrown) when (AwsErrors.Map(thrown, mayHaveLanded: null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    public async Task<T> WriteAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse =>
        (await WriteDatedAsync(send, cancellationToken).ConfigureAwait(false)).Answer;

    /// <summary>Writes, and says when: S3 does not tell the time of what was just written.</summary>
    public async Task<(T Answer, DateTimeOffset At)> WriteDatedAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        Sending sending = Sending.Observe();
        try
        {
            T answer = await send().ConfigureAwait(false);
            Proof.Require(answer, isRooted: !isGiven, isWrite: true);
            return (answer, sending.AnsweredAt ?? time.GetUtcNow());
        }
        catch (Exception thrown) when (AwsErrors.Map(thrown, isGiven || sending.MayHaveLandedBefore, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }
}
