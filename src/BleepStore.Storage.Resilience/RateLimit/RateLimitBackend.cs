using System.Threading.RateLimiting;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Resilience.Calls;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Resilience.RateLimit;

/// <summary>Acquires a permit of a limiter before each call, and keeps it until the call has returned.</summary>
/// <param name="inner">The backend underneath.</param>
/// <param name="limiter">The limiter.</param>
/// <param name="isOwned">Whether the limiter is disposed with the decorator.</param>
/// <param name="logger">Takes the log lines.</param>
internal sealed class RateLimitBackend(StorageBackend inner, RateLimiter limiter, bool isOwned, ILogger logger) : GuardedBackend(inner)
{
    /// <summary>Makes the limiter of options. The replenishment is at least 100 ms apart, because timers count milliseconds.</summary>
    /// <param name="options">The options, validated.</param>
    public static RateLimiter Limiter(StorageRateLimitOptions options)
    {
        int tokens = Math.Max(1, options.RequestsPerSecond / 10);
        return new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(tokens, options.Burst ?? options.RequestsPerSecond),
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)tokens / options.RequestsPerSecond),
            QueueLimit = options.QueueLimit,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            AutoReplenishment = true,
        });
    }

    public override async ValueTask<T> RunAsync<TState, T>(
        BackendCall call, TState state, Func<TState, CancellationToken, ValueTask<T>> send, CancellationToken cancellationToken)
    {
        using RateLimitLease lease = await limiter.AcquireAsync(permitCount: 1, cancellationToken).ConfigureAwait(false);
        if (lease.IsAcquired)
        {
            return await send(state, cancellationToken).ConfigureAwait(false);
        }

        Log.Limited(logger, call.Operation, Provider);
        throw new StorageException(
            StorageErrorCode.SlowDown,
            "The rate limit of the store is reached, and no more calls can wait. No request was sent. "
            + "Try again later, or raise the limit of WithRateLimit.")
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after) ? after : null,
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        if (isOwned)
        {
            await limiter.DisposeAsync().ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && isOwned)
        {
            limiter.Dispose();
        }
    }
}
