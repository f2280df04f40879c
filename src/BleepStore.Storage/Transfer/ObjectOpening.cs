using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Tasks;

namespace BleepStore.Storage.Transfer;

/// <summary>Opens an object for reading and keeps to HTTP's order: first the conditions, then the range.</summary>
internal static class ObjectOpening
{
    public static ValueTask<ObjectReader> OpenAsync(StoreContext context, GetRequest request, CancellationToken cancellationToken)
    {
        if (request.Range is { Length: 0 } empty)
        {
            return new ValueTask<ObjectReader>(OpenEmptyAsync(context, request, empty, cancellationToken));
        }

        ValueTask<GetResult> started = ValueTasks.StartAsync((context.Backend, request), static (state, token) => state.Backend.GetAsync(state.request, token), cancellationToken);
        if (!started.TryTake(out GetResult? result, out ValueTask<GetResult> getting))
        {
            return FinishAsync(context, request, getting, cancellationToken);
        }

        return request is { Range: null, Conditions.IsNone: true } && result.Range == Wanted(request, result)
            ? new ValueTask<ObjectReader>(Reader(context, request, result))
            : FinishAsync(context, request, new ValueTask<GetResult>(result), cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<ObjectReader> FinishAsync(StoreContext context, GetRequest request, ValueTask<GetResult> getting, CancellationToken cancellationToken)
    {
        GetResult result;
        try
        {
            result = await getting.ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange)
        {
            if (await JudgeRefusedRangeAsync(context, request, cancellationToken).ConfigureAwait(false) is { } whole)
            {
                return whole;
            }

            throw;
        }

        try
        {
            request.Conditions.ThrowIfNotMet(result.Properties);
            RequireRange(request, result);
            return Reader(context, request, result);
        }
        catch
        {
            await result.Content.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static ObjectReader Reader(StoreContext context, GetRequest request, GetResult result) =>
        new(result.Properties, result.Range, new ResumingStream(context, request, result));

    /// <summary>An upstream that ignores the range would otherwise deliver other bytes than those asked for.</summary>
    private static void RequireRange(GetRequest request, GetResult result)
    {
        ContentRange wanted = Wanted(request, result);
        if (result.Range != wanted)
        {
            throw new StorageException(
                StorageErrorCode.InternalError,
                $"The upstream answered {result.Range.Length} bytes from {result.Range.Offset} of {result.Range.ObjectSize} when asked for {wanted.Length} from {wanted.Offset} of {wanted.ObjectSize}.");
        }
    }

    private static ContentRange Wanted(GetRequest request, GetResult result)
    {
        long size = result.Properties.Size;
        return request.Range?.Resolve(size) ?? new ContentRange(0, size, size);
    }

    /// <summary>A range of no bytes cannot be asked of HTTP: the properties say all there is to know.</summary>
    private static async Task<ObjectReader> OpenEmptyAsync(StoreContext context, GetRequest request, ByteRange range, CancellationToken cancellationToken)
    {
        ObjectProperties properties = await HeadAsync(context, request, cancellationToken).ConfigureAwait(false);
        return Empty(context, request, properties, range.Resolve(properties.Size));
    }

    /// <summary>
    /// The upstream refused the range before it looked at the conditions, or it refused a suffix of an empty object, which is the whole of
    /// it (RFC 9110, section 14.1.2).
    /// </summary>
    private static async Task<ObjectReader?> JudgeRefusedRangeAsync(StoreContext context, GetRequest request, CancellationToken cancellationToken)
    {
        bool suffix = request.Range is { IsSuffix: true };
        if (!suffix && request.Conditions.IsNone && request.IfRevision is null)
        {
            return null;
        }

        ObjectProperties properties = await HeadAsync(context, request, cancellationToken).ConfigureAwait(false);
        return suffix && properties.Size == 0 ? Empty(context, request, properties, new ContentRange(0, 0, 0)) : null;
    }

    private static async Task<ObjectProperties> HeadAsync(StoreContext context, GetRequest request, CancellationToken cancellationToken)
    {
        var head = new HeadRequest { Bucket = request.Bucket, Key = request.Key };
        ObjectProperties properties = (await context.Backend.HeadAsync(head, cancellationToken).ConfigureAwait(false)).Properties;
        new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(properties);
        request.Conditions.ThrowIfNotMet(properties);
        return properties;
    }

    private static ObjectReader Empty(StoreContext context, GetRequest request, ObjectProperties properties, ContentRange range) =>
        new(properties, range, new ResumingStream(context, request, new GetResult
        {
            Properties = properties,
            Range = range,
            Content = Stream.Null,
        }));
}
