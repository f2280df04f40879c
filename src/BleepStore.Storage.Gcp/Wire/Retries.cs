using System.Net;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// Decides which failures are transient, and how long to wait before the next attempt. The wait is truncated exponential back-off with
/// jitter, and at least as long as the service asks for.
/// </summary>
/// <remarks>Source: "Retry strategy", Cloud Storage documentation.</remarks>
internal static class Retries
{
    /// <summary>How many times a request is sent again at most, unless the store has another limit.</summary>
    public const int MaxRetries = 6;

    /// <summary>
    /// How many times a request of a client from the application is sent at most, when an answer broke off after its headers. No client can
    /// notice that. Its own retries are additional.
    /// </summary>
    public const int MaxTriesOfGivenClient = 2;

    /// <summary>How many times a step is taken again because another writer came first.</summary>
    public const int MaxRounds = 12;

    /// <summary>After so many rounds the pause between them grows no more.</summary>
    private const int MaxGrowingRounds = 5;

    /// <summary>A longer wait is the caller's.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);

    public static bool IsTransient(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout
        or HttpStatusCode.TooManyRequests
        or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable
        or HttpStatusCode.GatewayTimeout;

    /// <summary>How long to wait after a failure.</summary>
    /// <param name="failedTry">The failed attempt, from 1.</param>
    /// <param name="asked">The wait that the service asks for.</param>
    public static TimeSpan Wait(int failedTry, TimeSpan? asked)
    {
        TimeSpan wait = Backoff(failedTry);
        return asked > wait ? asked.Value : wait;
    }

    /// <summary>How long to wait after another writer came first.</summary>
    /// <param name="round">How many times that has happened.</param>
    public static TimeSpan Pause(int round) => Backoff(Math.Min(round, MaxGrowingRounds));

    public static TimeSpan Backoff(int failedTry)
    {
        TimeSpan full = FirstWait * Math.Pow(2, failedTry - 1);
        full = full < LongestWait ? full : LongestWait;

        // The random number is not for secrets. It spreads the retries of clients that failed together.
#pragma warning disable CA5394
        return full * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
    }
}
