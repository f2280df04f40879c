using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BleepStore.Storage.AspNetCore.Uploads;

/// <summary>The body of a request on its way to a store.</summary>
/// <param name="request">The request.</param>
/// <param name="limit">The most bytes, or <see langword="null"/> for the server's limit.</param>
internal sealed class RequestBody(HttpRequest request, long? limit)
{
    private const string What = "The body";

    /// <summary>Sends the body. A client that has gone ends the call by cancellation, whatever failed because of it.</summary>
    public async Task<T> SendAsync<T>(Func<Stream, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        CancellationToken aborted = request.HttpContext.RequestAborted;
        Stream content = Limited();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, aborted);
        try
        {
            return await send(content, stop.Token).ConfigureAwait(false);
        }
        catch (Exception thrown) when (aborted.IsCancellationRequested && thrown is not BadHttpRequestException)
        {
            throw new OperationCanceledException("The client broke off the request.", thrown, aborted);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancelled.Message, cancelled.InnerException ?? cancelled, cancellationToken);
        }
    }

    private Stream Limited()
    {
        if (limit is not { } most)
        {
            return request.Body;
        }

        if (request.ContentLength > most)
        {
            throw Refusals.TooLarge(What, most);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            server.MaxRequestBodySize = most;
        }

        return new LimitedStream(request.Body, most, What);
    }
}
