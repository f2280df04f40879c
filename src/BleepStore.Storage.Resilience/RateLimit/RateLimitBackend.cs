using System.Threading.RateLimiting;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Resilience.Calls;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Resilience.RateLimit;

/// <summary>
/// Acquires a permit of a limiter before each call, and keeps it until the call has returned. A call whose source is read while the call is
/// under way gives the permit back when it opens the source. So calls never wait for each other in a circle.
/// </summary>
/// <param name="inner">The backend underneath.</param>
/// <param name="limiter">The limiter.</param>
/// <param name="isOwned">Whether the limiter is disposed with the decorator.</param>
/// <param name="logger">Takes the log lines.</param>
internal sealed class RateLimitBackend(StorageBackend inner, RateLimiter limiter, bool isOwned, ILogger logger) : GuardedBackend(inner)
{
    private readonly CancellationTokenSource _closing = new();
    private volatile bool _isDisposed;

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

    public override ValueTask<T> RunAsync<TState, T>(
        BackendCall call, TState state, Func<TState, CancellationToken, ValueTask<T>> send, CancellationToken cancellationToken) =>
        RunAsync(call, body: null, state, send, cancellationToken);

    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        if (request.Body.CanReplay)
        {
            return base.PutAsync(request, cancellationToken);
        }

        var body = new PermitBody(request.Body);
        return RunAsync(
            BackendCall.Sending("Put", canReplay: false),
            body,
            (Inner, Request: request with { Body = body }),
            static (state, token) => state.Inner.PutAsync(state.Request, token),
            cancellationToken);
    }

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        if (request.Body.CanReplay)
        {
            return base.UploadPartAsync(request, cancellationToken);
        }

        var body = new PermitBody(request.Body);
        return RunAsync(
            BackendCall.Sending("UploadPart", canReplay: false),
            body,
            (Inner, Request: request with { Body = body }),
            static (state, token) => new ValueTask<PartInfo>(state.Inner.UploadPartAsync(state.Request, token)),
            cancellationToken).AsTask();
    }

    private async ValueTask<T> RunAsync<TState, T>(
        BackendCall call,
        PermitBody? body,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> send,
        CancellationToken cancellationToken)
    {
        using RateLimitLease lease = await AcquireAsync(cancellationToken).ConfigureAwait(false);
        if (_isDisposed)
        {
            // A disposed limiter ends its waiters without a permit.
            throw Disposed();
        }

        if (lease.IsAcquired)
        {
            body?.Permit = lease;
            return await send(state, cancellationToken).ConfigureAwait(false);
        }

        Log.Limited(logger, call.Operation, Provider);
        throw new StorageException(
            StorageErrorCode.SlowDown,
            "The rate limit of the store is reached, and no more calls can wait. No request was sent. "
            + "Try again later, or raise the limit of WithRateLimit.",
            new PermitRefusedException())
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after) ? after : null,
        };
    }

    /// <summary>The waiting ends first, so no waiting call reaches a disposed backend.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await _closing.CancelAsync().ConfigureAwait(false);
            _closing.Dispose();
            if (isOwned)
            {
                await limiter.DisposeAsync().ConfigureAwait(false);
            }
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _closing.Cancel();
            _closing.Dispose();
            if (isOwned)
            {
                limiter.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private static ObjectDisposedException Disposed() =>
        new(
            typeof(ObjectStore).FullName,
            "The store was disposed while the call waited for its permit (WithRateLimit). Nothing was sent.");

    private async ValueTask<RateLimitLease> AcquireAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (isOwned)
            {
                return await limiter.AcquireAsync(permitCount: 1, cancellationToken).ConfigureAwait(false);
            }

            // The application's limiter outlives the store, so the store ends the waiting itself.
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            return await limiter.AcquireAsync(permitCount: 1, waiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It must not be the linked token, because the caller checks for its own.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception thrown) when (_isDisposed && thrown is OperationCanceledException or ObjectDisposedException)
        {
            throw Disposed();
        }
    }
}
