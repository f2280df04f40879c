using System.Runtime.ExceptionServices;
using Amazon.Runtime;
using Amazon.S3;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>Sends requests within the store's time limits, maps exceptions, and requires proof of the result.</summary>
/// <param name="isGiven">
/// Whether the application provided the client. Such a client has none of this library's handlers, so any failed write may have been sent
/// twice.
/// </param>
/// <param name="limits">Returns the store's limits.</param>
/// <param name="time">The clock.</param>
internal sealed class AwsRequests(bool isGiven, Func<RequestLimits> limits, TimeProvider time)
{
    public async Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        using var timer = RequestTimer.Start(limits(), time, cancellationToken);
        try
        {
            T answer = await send(timer.Token).ConfigureAwait(false);
            try
            {
                Proof.Require(answer, isRooted: !isGiven, isWrite: false);
            }
            catch (StorageException)
            {
                Discard(answer);
                throw;
            }

            return answer;
        }
        catch (Exception thrown) when (
            (timer.Explain(thrown, isWrite: false) ?? AwsErrors.Map(thrown, mayHaveLanded: null, cancellationToken)) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>Reads, and says when the service answered, by its own clock.</summary>
    /// <param name="client">
    /// The client that <paramref name="send"/> uses. One that was given has none of our handlers, so its event is listened to.
    /// </param>
    /// <param name="send">Sends the request.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>The answer, and its <c>Date</c> where it has one.</returns>
    public async Task<(T Answer, DateTimeOffset? At)> ReadDatedAsync<T>(
        IAmazonS3 client, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        if (!isGiven)
        {
            Sending sending = Sending.Observe();
            return (await ReadAsync(send, cancellationToken).ConfigureAwait(false), sending.AnsweredAt);
        }

        if (client is not AmazonServiceClient service)
        {
            return (await ReadAsync(send, cancellationToken).ConfigureAwait(false), null);
        }

        // Other requests of the client can be answered meanwhile. The first date comes from the same service, and is not later than that of
        // this request.
        DateTimeOffset? at = null;
        void Note(object sender, ResponseEventArgs answer)
        {
            if (at is null && answer is WebServiceResponseEventArgs web
                && web.ResponseHeaders.FirstOrDefault(
                    static header => header.Key.Equals("Date", StringComparison.OrdinalIgnoreCase)).Value is { } date
                && Sending.TryReadDate(date, out DateTimeOffset told))
            {
                at = told;
            }
        }

        service.AfterResponseEvent += Note;
        try
        {
            return (await ReadAsync(send, cancellationToken).ConfigureAwait(false), at);
        }
        finally
        {
            service.AfterResponseEvent -= Note;
        }
    }

    /// <summary>
    /// Disposes an answer that is not read to its end. The SDK then finds that the digest of the bytes read is not that of the object.
    /// </summary>
    public static void Discard(AmazonWebServiceResponse answer)
    {
        try
        {
            (answer as IDisposable)?.Dispose();
        }
        catch (AmazonClientException)
        {
            // Nothing is claimed about bytes that were not read.
        }
    }

    public async Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        using var timer = RequestTimer.Start(limits(), time, cancellationToken);
        return (await WriteAsync(timer, timer => send(timer.Token), cancellationToken).ConfigureAwait(false)).Answer;
    }

    /// <summary>Writes a body, which <paramref name="send"/> hands to the timer to watch, and says when.</summary>
    public async Task<(T Answer, DateTimeOffset At)> WriteBodyAsync<T>(
        Func<RequestTimer, Task<T>> send, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        using var timer = RequestTimer.Start(limits(), time, cancellationToken);
        return await WriteAsync(timer, send, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request for work on existing data, which is a copy or a completion.</summary>
    public async Task<(T Answer, DateTimeOffset At)> WorkAsync<T>(
        Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        using var timer = RequestTimer.StartServerWork(limits(), time, cancellationToken);
        return await WriteAsync(timer, timer => send(timer.Token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes, and returns the time, because S3 does not report the time of a completed write.</summary>
    private async Task<(T Answer, DateTimeOffset At)> WriteAsync<T>(
        RequestTimer timer, Func<RequestTimer, Task<T>> send, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        Sending sending = Sending.Observe();
        try
        {
            T answer = await send(timer).ConfigureAwait(false);
            Proof.Require(answer, isRooted: !isGiven, isWrite: true);
            return (answer, sending.AnsweredAt ?? time.GetUtcNow());
        }
        catch (Exception thrown) when ((timer.Explain(thrown, isWrite: true)
            ?? AwsErrors.Map(thrown, isGiven || sending.MayHaveLandedBefore, cancellationToken)) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }
}
