using BleepStore.Storage.Backends;
using BleepStore.Storage.Resilience.Calls;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace BleepStore.Storage.Resilience.CircuitBreaker;

/// <summary>Stops calling a backend of which too many calls fail for a moment.</summary>
internal sealed class CircuitBreakerBackend : GuardedBackend
{
    private readonly ResiliencePipeline _pipeline;
    private readonly CircuitBreakerStateProvider _state = new();

    public CircuitBreakerBackend(StorageBackend inner, StorageCircuitBreakerOptions options, TimeProvider time, ILogger logger)
        : base(inner)
    {
        string provider = inner.Provider;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumThroughput,
                SamplingDuration = options.SamplingDuration,
                BreakDuration = options.BreakDuration,
                StateProvider = _state,
                ShouldHandle = args => new ValueTask<bool>(IsFailure(args.Outcome.Exception, args.Context.CancellationToken)),
                OnOpened = args =>
                {
                    BreakerTelemetry.Count(provider, "open");
                    Log.Opened(logger, provider, args.BreakDuration.TotalSeconds, (args.Outcome.Exception as StorageException)?.Code);
                    return default;
                },
                OnHalfOpened = _ =>
                {
                    BreakerTelemetry.Count(provider, "half-open");
                    Log.Probing(logger, provider);
                    return default;
                },
                OnClosed = _ =>
                {
                    BreakerTelemetry.Count(provider, "closed");
                    Log.Closed(logger, provider);
                    return default;
                },
            })
            .Build();
    }

    public override async ValueTask<T> RunAsync<TState, T>(
        BackendCall call, TState state, Func<TState, CancellationToken, ValueTask<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                static (all, token) => all.send(all.state, token), (state, send), cancellationToken).ConfigureAwait(false);
        }
        catch (BrokenCircuitException broken)
        {
            throw new StorageException(
                StorageErrorCode.ServiceUnavailable,
                "The circuit breaker of the store is open, because too many calls have failed. No request was sent. "
                + "Try again when the break is over.",
                broken)
            {
                RetryAfter = broken.RetryAfter > TimeSpan.Zero ? broken.RetryAfter : null,
            };
        }
    }

    /// <summary>
    /// Answers that a program asks for are successes. A trial that the caller cancels proves nothing, so the breaker does not close for it.
    /// </summary>
    private bool IsFailure(Exception? thrown, CancellationToken cancellationToken) => thrown switch
    {
        StorageException error => error.IsTransient,
        OperationCanceledException => !cancellationToken.IsCancellationRequested || _state.CircuitState == CircuitState.HalfOpen,
        _ => false,
    };
}
