using BleepStore.Storage.Backends;
using BleepStore.Storage.Resilience.Calls;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace BleepStore.Storage.Resilience.CircuitBreaker;

/// <summary>Stops calls to a backend for a moment when too many of them fail.</summary>
/// <remarks>
/// Polly distinguishes only successes and failures, and counts every call that ends during a trial. So only a trial runs inside its
/// pipeline. A call of a closed breaker runs outside. Its result is reported afterwards, unless the breaker has opened meanwhile.
/// </remarks>
internal sealed class CircuitBreakerBackend : GuardedBackend
{
    private static readonly ResiliencePropertyKey<TrialMark> Mark = new("BleepStore.Storage.Trial");

    private readonly ResiliencePipeline _pipeline;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly CircuitBreakerManualControl _control = new();
    private readonly TimeSpan _longestTrial;
    private readonly TimeProvider _time;
    private int _breaks;

    public CircuitBreakerBackend(StorageBackend inner, StorageCircuitBreakerOptions options, TimeProvider time, ILogger logger)
        : base(inner)
    {
        string provider = inner.Provider;
        _longestTrial = options.BreakDuration;
        _time = time;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumThroughput,
                SamplingDuration = options.SamplingDuration,
                BreakDuration = options.BreakDuration,
                StateProvider = _state,
                ManualControl = _control,
                ShouldHandle = static args => new ValueTask<bool>(IsFailure(args.Outcome.Exception, args.Context)),
                OnOpened = args =>
                {
                    Interlocked.Increment(ref _breaks);
                    BreakerTelemetry.Count(provider, "open");
                    Exception? thrown = args.Outcome.Exception;
                    Exception? cause = thrown is DeletesFailedException ? thrown.InnerException : thrown;
                    Log.Opened(logger, provider, args.BreakDuration.TotalSeconds, (cause as StorageException)?.Code);
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

    public override ValueTask<T> RunAsync<TState, T>(
        BackendCall call, TState state, Func<TState, CancellationToken, ValueTask<T>> send, CancellationToken cancellationToken)
    {
        int breaks = Volatile.Read(ref _breaks);
        return _state.CircuitState == CircuitState.Closed
            ? SendAsync(breaks, state, send, cancellationToken)
            : TryAsync(state, send, cancellationToken);
    }

    /// <summary>Backends that delete one key at a time return the failure of each key instead of throwing.</summary>
    public override async Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(
                BackendCall.Write("DeleteMany"),
                (Inner, request),
                static async (state, token) =>
                {
                    IReadOnlyList<DeleteFailure> failures =
                        await state.Inner.DeleteManyAsync(state.request, token).ConfigureAwait(false);
                    return Evidence.OfDeletes(failures, state.request.Keys.Count, token) is { } failed ? throw failed : failures;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (DeletesFailedException failed)
        {
            return failed.Failures;
        }
    }

    /// <summary>Whether the breaker counts the end of a call as a failure. A trial has to prove that the upstream answers.</summary>
    private static bool IsFailure(Exception? thrown, ResilienceContext context) =>
        Evidence.Of(thrown, context.CancellationToken) switch
        {
            Finding.Failure => true,
            Finding.Nothing => context.Properties.GetValue(Mark, defaultValue: null!) is { IsTrial: true },
            _ => false,
        };

    private async ValueTask<T> SendAsync<TState, T>(
        int breaks, TState state, Func<TState, CancellationToken, ValueTask<T>> send, CancellationToken cancellationToken)
    {
        T result;
        try
        {
            result = await send(state, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            if (Evidence.Of(thrown, cancellationToken) != Finding.Nothing)
            {
                await TellAsync(breaks, thrown).ConfigureAwait(false);
            }

            throw;
        }

        await TellAsync(breaks, thrown: null).ConfigureAwait(false);
        return result;
    }

    /// <summary>Counts a call that has ended. A call that began before a break says nothing about the time after it.</summary>
    private async ValueTask TellAsync(int breaks, Exception? thrown)
    {
        if (_state.CircuitState != CircuitState.Closed || Volatile.Read(ref _breaks) != breaks)
        {
            return;
        }

        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, CancellationToken.None);
        try
        {
            // The outcome is returned instead of thrown, even when the breaker has just opened.
            await _pipeline.ExecuteOutcomeAsync(
                static (_, thrown) => new ValueTask<Outcome<bool>>(
                    thrown is null ? Outcome.FromResult(true) : Outcome.FromException<bool>(thrown)),
                context,
                thrown).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<T> TryAsync<TState, T>(
        TState state, Func<TState, CancellationToken, ValueTask<T>> send, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        var mark = new TrialMark();
        context.Properties.Set(Mark, mark);
        try
        {
            return await _pipeline.ExecuteAsync(
                static (context, all) =>
                {
                    // The breaker can have closed since the call checked it.
                    all.mark.IsTrial = all.Breaker._state.CircuitState == CircuitState.HalfOpen;
                    ValueTask<T> sending = all.send(all.state, context.CancellationToken);
                    return all.mark.IsTrial ? all.Breaker.LimitAsync(sending) : sending;
                },
                context,
                (Breaker: this, mark, state, send)).ConfigureAwait(false);
        }
        catch (SlowTrialException<T> slow)
        {
            return await EndSlowTrialAsync(slow.Sending, cancellationToken).ConfigureAwait(false);
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
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>
    /// Ends a trial that is not over after one break, because all other calls are refused while it runs. The call itself continues.
    /// </summary>
    private async ValueTask<T> LimitAsync<T>(ValueTask<T> sending)
    {
        if (sending.IsCompleted)
        {
            return await sending.ConfigureAwait(false);
        }

        Task<T> task = sending.AsTask();
        using var ended = new CancellationTokenSource();
        Task limit = Task.Delay(_longestTrial, _time, ended.Token);
        if (await Task.WhenAny(task, limit).ConfigureAwait(false) != task)
        {
            throw new SlowTrialException<T>(task);
        }

        await ended.CancelAsync().ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>The answer to a slow trial also proves that the upstream answers.</summary>
    private async ValueTask<T> EndSlowTrialAsync<T>(Task<T> sending, CancellationToken cancellationToken)
    {
        await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Exception? thrown = sending.IsCanceled ? new OperationCanceledException() : sending.Exception?.InnerException;
        if (Evidence.Of(thrown, cancellationToken) == Finding.Answer && _state.CircuitState != CircuitState.Closed)
        {
            await _control.CloseAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return await sending.ConfigureAwait(false);
    }

    private sealed class SlowTrialException<T>(Task<T> sending) : Exception("The trial was not over after one break.")
    {
        public Task<T> Sending => sending;
    }

    private sealed class TrialMark
    {
        public bool IsTrial { get; set; }
    }
}
