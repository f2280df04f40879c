using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Engine.Reads;

/// <summary>Opens an object for reading and keeps to HTTP's order: first the conditions, then the range.</summary>
/// <typeparam name="TReader">What the caller reads by.</typeparam>
/// <param name="context">The store.</param>
/// <param name="request">What to read.</param>
/// <param name="make">Makes a reader of properties, range and content.</param>
internal readonly struct ObjectOpening<TReader>(StoreContext context, GetRequest request, Func<ObjectProperties, ContentRange, Stream, TReader> make)
    where TReader : class
{
    public ValueTask<TReader> OpenAsync(CancellationToken cancellationToken)
    {
        if (request.Range is { Length: 0 } empty)
        {
            return new ValueTask<TReader>(OpenEmptyAsync(empty, cancellationToken));
        }

        ValueTask<GetResult> started = ValueTasks.StartAsync((context.Backend, request), static (state, token) => state.Backend.GetAsync(state.request, token), cancellationToken);
        if (!started.TryTake(out GetResult? result, out ValueTask<GetResult> getting))
        {
            return FinishAsync(getting, cancellationToken);
        }

        return request is { Range: null, Conditions.IsNone: true, IfRevision: null } && result.Range == Wanted(result)
            ? new ValueTask<TReader>(Reader(result))
            : FinishAsync(new ValueTask<GetResult>(result), cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TReader> FinishAsync(ValueTask<GetResult> getting, CancellationToken cancellationToken)
    {
        GetResult result;
        try
        {
            result = await getting.ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange)
        {
            if (await JudgeRefusedRangeAsync(cancellationToken).ConfigureAwait(false) is { } whole)
            {
                return whole;
            }

            throw;
        }

        try
        {
            // An upstream that ignores the revision would otherwise deliver a part of another object.
            new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(result.Properties);
            request.Conditions.ThrowIfNotMet(result.Properties);
            RequireRange(result);
            return Reader(result);
        }
        catch
        {
            await result.Content.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private TReader Reader(GetResult result) =>
        make(result.Properties, result.Range, new ResumingStream(context, request, result));

    /// <summary>An upstream that ignores the range would otherwise deliver other bytes than those asked for.</summary>
    private void RequireRange(GetResult result)
    {
        ContentRange wanted = Wanted(result);
        if (result.Range != wanted)
        {
            throw new StorageException(
                StorageErrorCode.InternalError,
                $"The upstream answered {result.Range.Length} bytes from {result.Range.Offset} of {result.Range.ObjectSize} when asked for {wanted.Length} from {wanted.Offset} of {wanted.ObjectSize}.");
        }
    }

    private ContentRange Wanted(GetResult result)
    {
        long size = result.Properties.Size;
        return request.Range?.Resolve(size) ?? new ContentRange(0, size, size);
    }

    /// <summary>A range of no bytes cannot be asked of HTTP: the properties say all there is to know.</summary>
    private async Task<TReader> OpenEmptyAsync(ByteRange range, CancellationToken cancellationToken)
    {
        ObjectProperties properties = await HeadAsync(cancellationToken).ConfigureAwait(false);
        return Empty(properties, range.Resolve(properties.Size));
    }

    /// <summary>
    /// The upstream refused the range before it looked at the conditions, or it refused a suffix of an empty object, which is the whole of
    /// it (RFC 9110, section 14.1.2).
    /// </summary>
    private async Task<TReader?> JudgeRefusedRangeAsync(CancellationToken cancellationToken)
    {
        bool suffix = request.Range is { IsSuffix: true };
        if (!suffix && request.Conditions.IsNone && request.IfRevision is null)
        {
            return null;
        }

        ObjectProperties properties = await HeadAsync(cancellationToken).ConfigureAwait(false);
        return suffix && properties.Size == 0 ? Empty(properties, new ContentRange(0, 0, 0)) : null;
    }

    private async Task<ObjectProperties> HeadAsync(CancellationToken cancellationToken)
    {
        var head = new HeadRequest { Bucket = request.Bucket, Key = request.Key };
        ObjectProperties properties = (await context.Backend.HeadAsync(head, cancellationToken).ConfigureAwait(false)).Properties;
        new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(properties);
        request.Conditions.ThrowIfNotMet(properties);
        return properties;
    }

    private TReader Empty(ObjectProperties properties, ContentRange range) =>
        make(properties, range, new ResumingStream(context, request, new GetResult
        {
            Properties = properties,
            Range = range,
            Content = Stream.Null,
        }));
}
