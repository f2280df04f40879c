using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Resilience.Calls;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace BleepStore.Storage.Resilience.Retry;

/// <summary>
/// Repeats calls after transient failures. A write that carries a token, and may have taken effect, is looked up before it is sent again. A
/// write that must not take effect twice, and cannot be looked up here, is left to the core.
/// </summary>
internal sealed class RetryBackend : GuardedBackend
{
    private static readonly ResiliencePropertyKey<RetriedCall> Key = new("BleepStore.Storage.RetriedCall");

    private readonly StorageRetryOptions _options;
    private readonly RetryBudget _budget;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;

    public RetryBackend(StorageBackend inner, StorageRetryOptions options, TimeProvider time, ILogger logger)
        : base(inner)
    {
        _options = options;
        _budget = new RetryBudget(options.RetryBudget);
        _time = time;
        _logger = logger;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxAttempts - 1,
                Delay = TimeSpan.Zero,
                ShouldHandle = args => new ValueTask<bool>(IsWorthRepeating(args)),
                DelayGenerator = static args => new ValueTask<TimeSpan?>(StateOf(args.Context).Delay),
            })
            .Build();
    }

    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        if (request.WriteToken is not { } token || !request.Body.CanReplay)
        {
            return base.PutAsync(request, cancellationToken);
        }

        return WriteAsync(
            BackendCall.Write("Put"),
            new TokenWrite(new ObjectAddress(request.Bucket, request.Key), request.Condition, token),
            (Inner, request),
            static (state, cancel) => state.Inner.PutAsync(state.request, cancel),
            cancellationToken);
    }

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        if (request.WriteToken is not { } token)
        {
            return base.CopyAsync(request, cancellationToken);
        }

        return WriteAsync(
            BackendCall.Write("Copy"),
            new TokenWrite(new ObjectAddress(request.Bucket, request.Key), request.Condition, token),
            (Inner, request),
            static (state, cancel) => new ValueTask<ObjectProperties>(state.Inner.CopyAsync(state.request, cancel)),
            cancellationToken).AsTask();
    }

    /// <summary>Only the keys that failed for a moment are sent again.</summary>
    public override async Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken)
    {
        var pending = new PendingDeletes(Inner, request);
        try
        {
            await RunAsync(BackendCall.Write("DeleteMany"), pending, static (state, token) => state.SendAsync(token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StorageException) when (pending.IsPartial)
        {
            // The failures report each key.
        }

        return pending.Failures;
    }

    public override ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) => RunAsync(
        BackendCall.Read("Check"),
        (Inner, bucket),
        static (state, token) => state.Inner.DeletesConditionallyAsync(state.bucket, token),
        cancellationToken);

    public override ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken) => RunAsync(
        BackendCall.Read("Presign"),
        (Inner, request),
        static (state, token) => state.Inner.PresignAsync(state.request, token),
        cancellationToken);

    public override ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken) => RunAsync(
        BackendCall.Read("PresignPart"),
        (Inner, request),
        static (state, token) => state.Inner.PresignPartAsync(state.request, token),
        cancellationToken);

    public override ValueTask<PresignedPost> PresignPostAsync(PresignPostRequest request, CancellationToken cancellationToken) => RunAsync(
        BackendCall.Read("PresignPost"),
        (Inner, request),
        static (state, token) => state.Inner.PresignPostAsync(state.request, token),
        cancellationToken);

    public override ValueTask<T> RunAsync<TState, T>(
        BackendCall call, TState state, Func<TState, CancellationToken, ValueTask<T>> send, CancellationToken cancellationToken) =>
        RepeatAsync(new RetriedCall(call, _time.GetTimestamp()), state, send, cancellationToken);

    /// <summary>
    /// A write that may have taken effect is looked up before it is repeated. When the current object does not meet the condition, nothing
    /// is sent. The core finds out the meaning.
    /// </summary>
    private ValueTask<ObjectProperties> WriteAsync<TState>(
        BackendCall call,
        TokenWrite write,
        TState state,
        Func<TState, CancellationToken, ValueTask<ObjectProperties>> send,
        CancellationToken cancellationToken)
    {
        var retried = new RetriedCall(call, _time.GetTimestamp());
        return RepeatAsync(
            retried,
            (Inner, retried, write, state, send),
            static async (all, token) =>
            {
                if (all.retried.MayHaveLanded
                    && await all.write.FindAsync(all.Inner, all.retried, token).ConfigureAwait(false) is { } made)
                {
                    return made;
                }

                return await all.send(all.state, token).ConfigureAwait(false);
            },
            cancellationToken);
    }

    private async ValueTask<T> RepeatAsync<TState, T>(
        RetriedCall call, TState state, Func<TState, CancellationToken, ValueTask<T>> send, CancellationToken cancellationToken)
    {
        ResilienceContextPool contexts = ResilienceContextPool.Shared;
        ResilienceContext context = contexts.Get(call.Call.Operation, continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(Key, call);
        try
        {
            T result = await _pipeline.ExecuteAsync(
                static (context, all) => all.send(all.state, context.CancellationToken), context, (state, send)).ConfigureAwait(false);
            _budget.Succeeded(wasRepeated: call.Repetitions > 0);
            return result;
        }
        catch (StorageException error) when (call.MayHaveLanded && !error.IsOutcomeUnknown)
        {
            // The last attempt may have found the object that an earlier one created.
            throw UpstreamErrors.OfUnknownOutcome(error);
        }
        catch (OperationCanceledException cancelled) when (call.MayHaveLanded && cancelled.InnerException is not StorageException)
        {
            throw new OperationCanceledException(
                cancelled.Message,
                new StorageException(StorageErrorCode.OperationAborted, "The write was cancelled after it had been sent.", cancelled)
                {
                    IsOutcomeUnknown = true,
                },
                cancelled.CancellationToken);
        }
        finally
        {
            contexts.Return(context);
        }
    }

    private static RetriedCall StateOf(ResilienceContext context) => context.Properties.GetValue(Key, defaultValue: null!);

    private bool IsWorthRepeating(RetryPredicateArguments<object> args)
    {
        RetriedCall call = StateOf(args.Context);
        StorageException? failure = args.Outcome.Exception switch
        {
            StorageException error => error,

            // The client gave up waiting. The caller has not cancelled.
            OperationCanceledException cancelled when !args.Context.CancellationToken.IsCancellationRequested =>
                new StorageException(StorageErrorCode.RequestTimeout, "The service did not answer in time.", cancelled)
                {
                    IsOutcomeUnknown = call.Call.Kind != CallKind.Read,
                },
            _ => null,
        };
        if (failure is null)
        {
            return false;
        }

        if (failure.IsOutcomeUnknown)
        {
            call.MayHaveLanded = true;
            call.Unknown = failure;
        }

        bool canRepeat = call.Call.Kind switch
        {
            _ when call.IsHandedUp => false,
            CallKind.Unrepeatable => false,
            CallKind.OneTimeWrite => !call.MayHaveLanded,
            _ => true,
        };
        if (!failure.IsTransient || !canRepeat || args.AttemptNumber + 1 >= _options.MaxAttempts)
        {
            return false;
        }

        TimeSpan delay = DelayAfter(args.AttemptNumber);
        delay = failure.RetryAfter > delay ? failure.RetryAfter.Value : delay;
        if (_options.MaxDuration != Timeout.InfiniteTimeSpan && _time.GetElapsedTime(call.Started) + delay > _options.MaxDuration)
        {
            return false;
        }

        if (!_budget.TryTake())
        {
            Log.BudgetEmpty(_logger, call.Call.Operation, Provider, failure.Code);
            return false;
        }

        call.Delay = delay;
        call.Repetitions++;
        UpstreamTelemetry.CountRetry(Provider);
        int next = args.AttemptNumber + 2;
        Log.Retrying(_logger, call.Call.Operation, Provider, failure.Code, delay.TotalMilliseconds, next, _options.MaxAttempts);
        return true;
    }

    /// <summary>Exponential, at least half of it, so clients that failed together do not come back together.</summary>
    private TimeSpan DelayAfter(int attempt)
    {
        double grown = Math.Min(_options.BaseDelay.TotalSeconds * Math.Pow(2, attempt), _options.MaxDelay.TotalSeconds);
        return TimeSpan.FromSeconds(grown * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
