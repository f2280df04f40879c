using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Errors;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Engine;

/// <summary>
/// Runs every public operation of one store. It refuses a disposed store and maps every failure to a <see cref="StorageException"/> with
/// its location. It gives each operation an activity, a measurement and a log line.
/// </summary>
/// <param name="store">The store's name.</param>
/// <param name="backend">The backend of the store.</param>
/// <param name="logger">Receives the log lines.</param>
/// <param name="time">The clock of the store.</param>
/// <param name="owner">The object that <see cref="ObjectDisposedException"/> names.</param>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The source has no timer, so there is nothing to dispose. Transfers may still be linked to it.")]
internal sealed class Operations(string store, StorageBackend backend, ILogger logger, TimeProvider time, Type owner)
{
    private readonly CancellationTokenSource _ending = new();
    private int _disposed;

    public string Store { get; } = store;

    public ILogger Logger { get; } = logger;

    public TimeProvider Time { get; } = time;

    /// <summary>Cancelled when the store is disposed.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Ends the transfers that are under way.</summary>
    /// <returns>Whether this call was the first.</returns>
    public bool TryDispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return false;
        }

        _ending.Cancel();
        return true;
    }

    /// <summary>Makes the exception of an operation that the disposal of the store has ended.</summary>
    /// <param name="thrown">How the operation ended.</param>
    public Exception Ended(Exception thrown) =>
        (thrown as StorageException ?? thrown.InnerException) is StorageException { IsOutcomeUnknown: true }
        ? new StorageException(StorageErrorCode.OperationAborted, "The store was disposed during the write.", thrown)
        {
            IsOutcomeUnknown = true,
        }
        : new ObjectDisposedException(
            $"The store was disposed during the operation. Nothing was stored. Object name: '{owner.FullName}'.", thrown);

    /// <param name="operation">One of <see cref="OperationNames"/>.</param>
    /// <param name="bucket">The bucket of the operation.</param>
    /// <param name="key">The key of the operation.</param>
    /// <param name="state">Handed to <paramref name="body"/>, so it can be a static lambda.</param>
    /// <param name="body">The operation.</param>
    /// <param name="cancellationToken">Handed to <paramref name="body"/>.</param>
    public Task<T> RunAsync<TState, T>(
        string operation,
        string? bucket,
        string? key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> body,
        CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _disposed) != 0 || cancellationToken.IsCancellationRequested || Telemetry.Activities.HasListeners())
        {
            return RunTracedAsync(operation, bucket, key, state, body, cancellationToken);
        }

        long start = Time.GetTimestamp();
        if (!ValueTasks.StartAsync(state, body, cancellationToken).TryTake(out T? result, out ValueTask<T> running))
        {
            return FinishAsync(operation, bucket, key, start, activity: null, running, cancellationToken);
        }

        // Many operations in memory or on a disk have already completed.
        End(operation, bucket, key, start, activity: null, error: null);
        return Task.FromResult(result);
    }

    /// <summary>
    /// Runs an operation with an activity. The activity must not become the caller's current one, and only an asynchronous method restores
    /// it. A refusal is also the task's failure, and is never thrown at the call.
    /// </summary>
    private async Task<T> RunTracedAsync<TState, T>(
        string operation,
        string? bucket,
        string? key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> body,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, owner);
        cancellationToken.ThrowIfCancellationRequested();
        using Activity? activity = StartActivity(operation, bucket, key);
        long start = Time.GetTimestamp();
        return await FinishAsync(
            operation,
            bucket,
            key,
            start,
            activity,
            ValueTasks.StartAsync(state, body, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> FinishAsync<T>(
        string operation,
        string? bucket,
        string? key,
        long start,
        Activity? activity,
        ValueTask<T> running,
        CancellationToken cancellationToken)
    {
        try
        {
            T result = await running.ConfigureAwait(false);
            End(operation, bucket, key, start, activity, error: null);
            return result;
        }
        catch (SourceException failed)
        {
            End(operation, bucket, key, start, activity, failed.Told.At(Store, backend.Provider, operation, bucket, key));
            failed.ThrowCause();
            throw;
        }
        catch (Exception thrown) when (Map(thrown, operation, bucket, key, cancellationToken) is { } error)
        {
            End(operation, bucket, key, start, activity, error);
            if (IsByDisposal(error))
            {
                Exception ended = Ended(error);
                throw (ended as StorageException)?.At(Store, backend.Provider, operation, bucket, key) ?? ended;
            }

            if (!ReferenceEquals(error, thrown))
            {
                ExceptionDispatchInfo.Throw(error);
            }

            throw;
        }
        catch (OperationCanceledException cancelled) when (IsAskedFor(cancelled, cancellationToken))
        {
            throw Cancellations.By(cancelled, cancellationToken);
        }
    }

    /// <summary>
    /// Runs a step of an operation on an object that is not the operation's own. A failure of the step names that object.
    /// </summary>
    /// <param name="operation">One of <see cref="OperationNames"/>.</param>
    /// <param name="address">The object.</param>
    /// <param name="state">Handed to <paramref name="step"/>, so it can be a static lambda.</param>
    /// <param name="step">The step.</param>
    /// <param name="cancellationToken">Handed to <paramref name="step"/>.</param>
    public async Task<T> RunStepAsync<TState, T>(
        string operation,
        ObjectAddress address,
        TState state,
        Func<TState, CancellationToken, Task<T>> step,
        CancellationToken cancellationToken)
    {
        try
        {
            return await step(state, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception thrown) when (Map(thrown, operation, address.Bucket, address.Key, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>
    /// Whether an operation got no answer because its store was disposed meanwhile. A client that is disposed ends its requests. Some
    /// requests outlive <see cref="Ending"/>, because a part that was sent completely waits for its answer.
    /// </summary>
    private bool IsByDisposal(StorageException error) =>
        Volatile.Read(ref _disposed) != 0
        && error.Status is null
        && error.Code is StorageErrorCode.RequestTimeout or StorageErrorCode.ServiceUnavailable or StorageErrorCode.InternalError;

    /// <summary>Whether the caller cancelled, by a token that the exception does not carry.</summary>
    private static bool IsAskedFor(OperationCanceledException cancelled, CancellationToken caller) =>
        caller.IsCancellationRequested && cancelled.CancellationToken != caller;

    /// <summary>
    /// Maps an exception of a backend to one that callers are promised. Returns <see langword="null"/> for an exception that passes
    /// unchanged.
    /// </summary>
    public StorageException? Map(Exception thrown, string operation, string? bucket, string? key, CancellationToken cancellationToken)
    {
        StorageException? error = thrown switch
        {
            StorageException known => known,
            ArgumentException or ObjectDisposedException => null,
            OperationCanceledException when cancellationToken.IsCancellationRequested => null,
            OperationCanceledException cancelled => Timeout(cancelled, Writes(operation)),
            _ => Unforeseen(thrown, Writes(operation)),
        };
        return error?.At(Store, backend.Provider, operation, bucket, key);
    }

    /// <summary>A cancellation that no caller requested. The client gave up waiting.</summary>
    public static StorageException Timeout(OperationCanceledException cancelled, bool isOutcomeUnknown) =>
        new(StorageErrorCode.RequestTimeout, "The service did not answer in time.", cancelled) { IsOutcomeUnknown = isOutcomeUnknown };

    /// <summary>An exception that no backend should throw.</summary>
    public static StorageException Unforeseen(Exception thrown, bool isOutcomeUnknown) =>
        new(StorageErrorCode.InternalError, $"The backend failed with an unexpected exception of type {thrown.GetType().Name}: " +
            $"{thrown.Message}", thrown)
        {
            IsOutcomeUnknown = isOutcomeUnknown,
        };

    private Activity? StartActivity(string operation, string? bucket, string? key)
    {
        Activity? activity = Telemetry.Activities.StartActivity(operation, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag(Telemetry.StoreTag, Store);
            activity.SetTag(Telemetry.ProviderTag, backend.Provider);
            activity.SetTag(Telemetry.BucketTag, bucket);
            activity.SetTag(Telemetry.KeyTag, key);
        }

        return activity;
    }

    private void End(string operation, string? bucket, string? key, long start, Activity? activity, StorageException? error)
    {
        if (activity is { IsAllDataRequested: true }
            && error?.Code is not (StorageErrorCode.InvalidKey or StorageErrorCode.InvalidBucketName))
        {
            AddTags(activity, bucket, key);
        }

        if (error is null && !Telemetry.Duration.Enabled && !Logger.IsEnabled(LogLevel.Debug))
        {
            return;
        }

        TimeSpan took = Time.GetElapsedTime(start);
        string? code = error?.Code.ToString();
        if (Telemetry.Duration.Enabled)
        {
            var tags = new TagList
            {
                { Telemetry.OperationTag, operation },
                { Telemetry.ProviderTag, backend.Provider },
                { Telemetry.StoreTag, Store },
            };
            if (code is not null)
            {
                tags.Add(Telemetry.ErrorTypeTag, code);
            }

            Telemetry.Duration.Record(took.TotalSeconds, tags);
        }

        if (error is null)
        {
            Log.Succeeded(Logger, operation, bucket, key, took.TotalMilliseconds);
            return;
        }

        activity?.SetTag(Telemetry.ErrorTypeTag, code);
        if (error.RequestId is not null)
        {
            activity?.SetTag(backend.RequestIdTag, error.RequestId);
        }

        if (IsAnAnswer(error.Code))
        {
            Log.Answered(Logger, operation, bucket, key, error.Code, took.TotalMilliseconds);
            return;
        }

        activity?.SetStatus(ActivityStatusCode.Error, code);
        Log.Failed(Logger, error, operation, bucket, key, error.Code, took.TotalMilliseconds);
    }

    private void AddTags(Activity activity, string? bucket, string? key)
    {
        try
        {
            backend.AddTags(activity, bucket, key);
        }
        catch (StorageException)
        {
            // The upstream has no such name, which the operation itself reports. It can have failed before that.
        }
    }

    private static bool Writes(string operation) => operation is
        OperationNames.Put or OperationNames.Delete or OperationNames.DeleteMany or OperationNames.Copy or OperationNames.Move
        or OperationNames.UploadPart or OperationNames.CopyPart or OperationNames.CreateMultipartUpload
        or OperationNames.CompleteMultipartUpload or OperationNames.AbortMultipartUpload or OperationNames.CreateBucket
        or OperationNames.DeleteBucket;

    /// <summary>
    /// Codes that are no fault of the store. Programs ask for some of them regularly, and others arise when a client of the program
    /// disconnects.
    /// </summary>
    private static bool IsAnAnswer(StorageErrorCode code) => code is
        StorageErrorCode.NoSuchKey or StorageErrorCode.NotModified or StorageErrorCode.PreconditionFailed
        or StorageErrorCode.BucketAlreadyExists or StorageErrorCode.InvalidRange or StorageErrorCode.IncompleteBody;
}
