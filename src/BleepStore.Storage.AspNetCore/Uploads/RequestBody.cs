using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BleepStore.Storage.AspNetCore.Uploads;

/// <summary>The body of a request on its way to a store.</summary>
/// <param name="request">The request.</param>
/// <param name="limit">The most bytes, or <see langword="null"/> for the server's limit.</param>
internal sealed class RequestBody(HttpRequest request, long? limit)
{
    private const string What = "The body";

    /// <summary>How long the server may take to tell of a connection that broke.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Sends the body. A client that has disconnected ends the call by cancellation, whatever else failed because of it.</summary>
    public async Task<T> SendAsync<T>(Func<Stream, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        CancellationToken aborted = request.HttpContext.RequestAborted;
        var body = new BodyStream(request.Body, cancellationToken == aborted ? CancellationToken.None : cancellationToken);
        Stream content = Limited(body);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, aborted);
        try
        {
            return await send(content, stop.Token).ConfigureAwait(false);
        }
        catch (Exception thrown) when (body.IsBroken || (aborted.IsCancellationRequested && thrown is not BadHttpRequestException))
        {
            await AbortAsync(request.HttpContext, aborted).ConfigureAwait(false);
            throw new OperationCanceledException("The client disconnected.", thrown, aborted);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancelled.Message, cancelled.InnerException ?? cancelled, cancellationToken);
        }
    }

    /// <summary>The server and its middleware take a failure for the client's only when the request knows that it was aborted.</summary>
    private static async Task AbortAsync(HttpContext context, CancellationToken aborted)
    {
        var known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenRegistration registration = aborted.Register(known.SetResult);
        await using (registration.ConfigureAwait(false))
        {
            context.Abort();
            if (aborted.CanBeCanceled)
            {
                await known.Task.WaitAsync(Patience, TimeProvider.System, CancellationToken.None)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Stream Limited(Stream body)
    {
        if (limit is not { } most)
        {
            return body;
        }

        if (request.ContentLength > most)
        {
            throw Refusals.TooLarge(What, most);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            // Of a chunked body the server counts the frames too, so a body of exactly the limit would be refused.
            server.MaxRequestBodySize = request.ContentLength is null ? null : most;
        }

        return new LimitedStream(body, most, What);
    }
}
