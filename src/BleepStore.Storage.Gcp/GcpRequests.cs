using System.Net;
using System.Runtime.ExceptionServices;
using Google.Apis.Requests;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp;

/// <summary>
/// Sends requests and maps what they answer and throw. The SDK builds its requests and reads its answers; they are sent here, because its exceptions do not have the headers of the
/// answer (the request's id, and how long to wait).
/// </summary>
/// <param name="clients">The client. One that was given has not our <see cref="Attempts"/>: then any failed write may have been sent twice.</param>
/// <param name="time">The clock.</param>
internal sealed class GcpRequests(GcpClients clients, TimeProvider time)
{
    /// <summary>For a request with all its retries, to the end of an answer in JSON; the bytes of objects apart. A call of rewrite alone can take 30 seconds ("Objects: rewrite").</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>The slowest line that is waited for, in bytes a second.</summary>
    private const long SlowestLine = 64 * 1024;

    private StorageService Service => clients.Service;

    public Task<T> ReadAsync<T>(ClientServiceRequest<T> request, CancellationToken cancellationToken) =>
        AnswerAsync<T>(request.CreateRequest(), Deadline, isWrite: false, cancellationToken);

    public Task<T> WriteAsync<T>(ClientServiceRequest<T> request, CancellationToken cancellationToken) =>
        AnswerAsync<T>(request.CreateRequest(), Deadline, isWrite: true, cancellationToken);

    /// <summary>Stores an object in one request.</summary>
    public Task<GcsObject> InsertAsync(Uri address, UploadContent content, CancellationToken cancellationToken)
    {
        TimeSpan deadline = Deadline + TimeSpan.FromSeconds((double)content.MediaLength / SlowestLine);
        return AnswerAsync<GcsObject>(new HttpRequestMessage(HttpMethod.Post, address) { Content = content }, deadline, isWrite: true, cancellationToken);
    }

    /// <summary>Opens a body; whoever gets the answer disposes it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        return await SendAsync(request, isWrite: false, either.Token, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="message">The request, which is disposed.</param>
    /// <param name="deadline">For all that it takes, to the end of the answer.</param>
    /// <param name="isWrite">Whether it changes something.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    private async Task<T> AnswerAsync<T>(HttpRequestMessage message, TimeSpan deadline, bool isWrite, CancellationToken cancellationToken)
    {
        using (message)
        {
            using var expiry = new CancellationTokenSource(deadline, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
            using HttpResponseMessage response = await SendAsync(message, isWrite, either.Token, cancellationToken).ConfigureAwait(false);
            return await ParseAsync<T>(response, isWrite, either.Token, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <param name="message">The request.</param>
    /// <param name="isWrite">Whether it changes something.</param>
    /// <param name="either">The caller's token or the deadline.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, bool isWrite, CancellationToken either, CancellationToken cancellationToken)
    {
        AttemptCounter attempts = Attempts.Observe();
        HttpResponseMessage response;
        try
        {
            response = await Service.HttpClient.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either).ConfigureAwait(false);
        }
        catch (Exception thrown) when (GcpErrors.Map(thrown, isWrite ? true : null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            bool? mayHaveLanded = isWrite ? clients.IsGiven || attempts.Count > 1 : null;
            throw GcpErrors.FromAnswer(response, await ErrorAsync(response, either, cancellationToken).ConfigureAwait(false), time, mayHaveLanded);
        }
    }

    private async Task<T> ParseAsync<T>(HttpResponseMessage response, bool isWrite, CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            if (response.StatusCode == HttpStatusCode.NoContent)
            {
                return default!;
            }

            // The SDK reads without a token: a service that stops after the headers would hold the call for ever.
            await response.Content.LoadIntoBufferAsync(either).ConfigureAwait(false);
            return await Service.DeserializeResponse<T>(response).ConfigureAwait(false);
        }
        catch (Exception thrown) when (GcpErrors.Map(thrown, isWrite ? true : null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>What the service says, where it says it in JSON: it does not of media, and proxies do not at all.</summary>
    private async Task<RequestError?> ErrorAsync(HttpResponseMessage response, CancellationToken either, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
        {
            return null;
        }

        try
        {
            await response.Content.LoadIntoBufferAsync(either).ConfigureAwait(false);
            return await Service.DeserializeError(response).ConfigureAwait(false);
        }
        catch (Exception unreadable) when (
            unreadable is Google.GoogleApiException or HttpRequestException or IOException
            || (unreadable is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The status says enough.
            return null;
        }
    }
}
