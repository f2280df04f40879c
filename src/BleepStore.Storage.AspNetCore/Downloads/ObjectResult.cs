using System.Buffers;
using BleepStore.Storage.AspNetCore.Problems;
using BleepStore.Storage.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.AspNetCore.Downloads;

/// <summary>Sends an object, a range of it, or the answer that takes its place.</summary>
internal sealed class ObjectResult(Bucket bucket, string key, ObjectResultOptions options) : IResult
{
    private const int BufferSize = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        ReadHeaders headers = ReadHeaders.Of(httpContext.Request);
        try
        {
            await SendAsync(httpContext, headers).ConfigureAwait(false);
        }
        catch (Exception thrown) when (httpContext.RequestAborted.IsCancellationRequested && IsOfBrokenRequest(thrown))
        {
            // The client has disconnected, so no answer is needed.
        }
        catch (StorageException unchanged) when (unchanged.Code == StorageErrorCode.NotModified && !httpContext.Response.HasStarted)
        {
            ObjectHeaders.WriteNotModified(httpContext.Response, unchanged.ObjectETag ?? headers.OnlyUnwantedETag, options);
        }
        catch (StorageException error) when (!httpContext.Response.HasStarted)
        {
            await StorageProblems.WriteAsync(httpContext, error).ConfigureAwait(false);
        }
        catch (StorageException error)
        {
            BrokeOff(httpContext, error);
        }
    }

    private static bool IsOfBrokenRequest(Exception thrown) => thrown is OperationCanceledException or IOException or StorageException;

    private static DateTimeOffset NowOf(HttpContext context) =>
        (context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System).GetUtcNow();

    private Task SendAsync(HttpContext context, ReadHeaders headers)
    {
        if (key.Length == 0)
        {
            throw new StorageException(StorageErrorCode.NoSuchKey, "The address names no object. Add its key.");
        }

        return HttpMethods.IsHead(context.Request.Method) ? SendHeadersAsync(context, headers) : SendBodyAsync(context, headers);
    }

    private async Task SendHeadersAsync(HttpContext context, ReadHeaders headers)
    {
        ObjectProperties properties = await bucket.HeadAsync(key, headers.ToHeadOptions(), context.RequestAborted).ConfigureAwait(false);
        var whole = new ContentRange(0, properties.Size, properties.Size);
        ObjectHeaders.Write(context.Response, properties, whole, isPartial: false, hasRanges: true, options);
    }

    private async Task SendBodyAsync(HttpContext context, ReadHeaders headers)
    {
        CancellationToken aborted = context.RequestAborted;
        ByteRange? range = RangeHeader.Parse(context.Request.Headers.Range);
        IfRangeHeader? ifRange = IfRangeHeader.Parse(context.Request.Headers);
        if (ifRange is { IsNever: true })
        {
            range = null;
        }

        bool hasRanges = true;
        ObjectReader reader;
        bool isRange;
        try
        {
            (reader, isRange) = range is not null && ifRange is not null
                ? await OpenRangeAsync(headers, range.Value, properties => ifRange.Matches(properties, NowOf(context)), aborted)
                    .ConfigureAwait(false)
                : (await bucket.GetAsync(key, headers.ToGetOptions(range), aborted).ConfigureAwait(false), range is not null);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NotSupported && range is not null)
        {
            // An object that is stored compressed has no ranges. HTTP allows the whole object as the answer (RFC 9110, "Range").
            (reader, isRange) = (await bucket.GetAsync(key, headers.ToGetOptions(range: null), aborted).ConfigureAwait(false), false);
            hasRanges = false;
        }

        await using (reader.ConfigureAwait(false))
        {
            // A suffix of an empty object is the whole object, which no Content-Range can express.
            await CopyAsync(context, reader, isRange && reader.Range.Length > 0, hasRanges).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the range of the object that the client knows, or all of another object.</summary>
    private async Task<(ObjectReader Reader, bool IsRange)> OpenRangeAsync(
        ReadHeaders headers, ByteRange range, Func<ObjectProperties, bool> isKnown, CancellationToken cancellationToken)
    {
        StorageException? refusal = null;
        try
        {
            ObjectReader part = await bucket.GetAsync(key, headers.ToGetOptions(range), cancellationToken).ConfigureAwait(false);
            if (isKnown(part.Properties))
            {
                return (part, IsRange: true);
            }

            await part.DisposeAsync().ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange)
        {
            // The refusal does not contain the object's revision.
            refusal = error;
        }

        ObjectReader whole = await bucket.GetAsync(key, headers.ToGetOptions(range: null), cancellationToken).ConfigureAwait(false);
        if (refusal is null || !isKnown(whole.Properties))
        {
            return (whole, IsRange: false);
        }

        await whole.DisposeAsync().ConfigureAwait(false);
        throw refusal;
    }

    private async Task CopyAsync(HttpContext context, ObjectReader reader, bool isPartial, bool hasRanges)
    {
        CancellationToken aborted = context.RequestAborted;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);

        // The first bytes are read before the headers are sent, because a failure can still be reported then.
        int count = await reader.Content.ReadAsync(buffer, aborted).ConfigureAwait(false);
        ObjectHeaders.Write(context.Response, reader.Properties, reader.Range, isPartial, hasRanges, options);
        try
        {
            while (count > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), aborted).ConfigureAwait(false);
                count = await reader.Content.ReadAsync(buffer, aborted).ConfigureAwait(false);
            }
        }
        catch (StorageException error) when (!aborted.IsCancellationRequested)
        {
            // Bytes were written, even if a middleware holds them back. No other answer can follow them.
            BrokeOff(context, error);
            return;
        }

        // A failed read may still write into the buffer, so only a completed read returns the buffer.
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>A client must not treat an incomplete answer as complete.</summary>
    private void BrokeOff(HttpContext context, StorageException error)
    {
        ILogger logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category);
        Log.BrokeOff(logger, error, error.Code, context.Request.Method, bucket.Name);
        context.Abort();
    }
}
