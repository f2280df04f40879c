using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Engine.Reads;

/// <summary>Opens an object for reading. It evaluates the conditions first and then the range, as HTTP does.</summary>
/// <typeparam name="TReader">The type that the caller reads with.</typeparam>
/// <param name="context">The store.</param>
/// <param name="request">The request.</param>
/// <param name="make">Creates a reader from properties, range and content.</param>
internal readonly struct ObjectOpening<TReader>(
    StoreContext context, GetRequest request, Func<ObjectProperties, ContentRange, Stream, TReader> make)
    where TReader : class
{
    public ValueTask<TReader> OpenAsync(CancellationToken cancellationToken)
    {
        if (request.Range is { Length: 0 } empty)
        {
            return new ValueTask<TReader>(OpenEmptyAsync(empty, cancellationToken));
        }

        ValueTask<GetResult> started = ValueTasks.StartAsync(
            (context.Backend, request), static (state, token) => state.Backend.GetAsync(state.request, token), cancellationToken);
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
                $"The upstream answered {result.Range.Length} bytes from {result.Range.Offset} of {result.Range.ObjectSize} when asked " +
                $"for {wanted.Length} from {wanted.Offset} of {wanted.ObjectSize}.");
        }
    }

    private ContentRange Wanted(GetResult result)
    {
        long size = result.Properties.Size;
        return request.Range?.Resolve(size) ?? new ContentRange(0, size, size);
    }

    /// <summary>HTTP cannot express a range of no bytes, so the properties alone answer it.</summary>
    private async Task<TReader> OpenEmptyAsync(ByteRange range, CancellationToken cancellationToken)
    {
        ObjectProperties properties = await HeadAsync(cancellationToken).ConfigureAwait(false);
        return Empty(properties, range.Resolve(properties.Size));
    }

    /// <summary>
    /// Handles a range that the upstream refused. It may have refused it before it evaluated the conditions. It may also have refused a
    /// suffix of an empty object, which means the whole object (RFC 9110, section 14.1.2).
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
