using System.Net;
using BleepStore.Storage.Backends;
using Google.Apis.Http;

namespace BleepStore.Storage.Gcp;

/// <summary>
/// When a request is sent again, and after how long: truncated exponential back-off with jitter, and at least as long as the service asks for. Which answers are transient is
/// what "Retry strategy" (Cloud Storage documentation) lists; that all requests may be repeated, conditional or not, is the write token's doing.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class Retries(TimeProvider time) : IHttpUnsuccessfulResponseHandler, IHttpExceptionHandler
{
    /// <summary>How many times a request is sent at most.</summary>
    public const int MaxTries = 7;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    public async Task<bool> HandleResponseAsync(HandleUnsuccessfulResponseArgs args)
    {
        if (!args.SupportsRetry || !IsTransient(args.Response.StatusCode))
        {
            return false;
        }

        TimeSpan wait = Backoff(args.CurrentFailedTry);
        TimeSpan asked = GcpErrors.RetryAfter(args.Response, time) ?? TimeSpan.Zero;
        if (asked > LongestWait)
        {
            // The caller is told how long, and decides.
            return false;
        }

        await Task.Delay(asked > wait ? asked : wait, time, args.CancellationToken).ConfigureAwait(false);
        return true;
    }

    public async Task<bool> HandleExceptionAsync(HandleExceptionArgs args)
    {
        // A body that fails while it is sent throws our own exception through the client, and will fail again.
        if (!args.SupportsRetry || args.Exception is not (HttpRequestException or IOException) || UpstreamErrors.Own(args.Exception) is not null)
        {
            return false;
        }

        await Task.Delay(Backoff(args.CurrentFailedTry), time, args.CancellationToken).ConfigureAwait(false);
        return true;
    }

    private static bool IsTransient(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout
        or HttpStatusCode.TooManyRequests
        or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable
        or HttpStatusCode.GatewayTimeout;

    private static TimeSpan Backoff(int failedTry)
    {
        TimeSpan full = FirstWait * Math.Pow(2, failedTry - 1);
        full = full < LongestWait ? full : LongestWait;

        // Not for secrets: so that clients that failed together do not come back together.
#pragma warning disable CA5394
        return full * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
    }
}
