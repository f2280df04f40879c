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
    /// <summary>For a request with all its retries, bodies apart. A call of rewrite alone can take 30 seconds ("Objects: rewrite").</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>The slowest line that is waited for, in bytes a second.</summary>
    private const long SlowestLine = 64 * 1024;

    private StorageService Service => clients.Service;

    public Task<T> ReadAsync<T>(ClientServiceRequest<T> request, CancellationToken cancellationToken) => JsonAsync(request, isWrite: false, cancellationToken);

    public Task<T> WriteAsync<T>(ClientServiceRequest<T> request, CancellationToken cancellationToken) => JsonAsync(request, isWrite: true, cancellationToken);

    /// <summary>Stores an object in one request.</summary>
    public async Task<GcsObject> InsertAsync(Uri address, UploadContent content, CancellationToken cancellationToken)
    {
        TimeSpan deadline = Deadline + TimeSpan.FromSeconds((double)content.MediaLength / SlowestLine);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        using HttpResponseMessage response = await SendAsync(request, deadline, isWrite: true, cancellationToken).ConfigureAwait(false);
        return await ParseAsync<GcsObject>(response, isWrite: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a body; whoever gets the answer disposes it.</summary>
    public Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken) => SendAsync(request, Deadline, isWrite: false, cancellationToken);

    private async Task<T> JsonAsync<T>(ClientServiceRequest<T> request, bool isWrite, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = request.CreateRequest();
        using HttpResponseMessage response = await SendAsync(message, Deadline, isWrite, cancellationToken).ConfigureAwait(false);
        return await ParseAsync<T>(response, isWrite, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, TimeSpan deadline, bool isWrite, CancellationToken cancellationToken)
    {
        AttemptCounter attempts = Attempts.Observe();
        using var expiry = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        HttpResponseMessage response;
        try
        {
            response = await Service.HttpClient.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
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
            throw GcpErrors.FromAnswer(response, await ErrorAsync(response, cancellationToken).ConfigureAwait(false), time, mayHaveLanded);
        }
    }

    private async Task<T> ParseAsync<T>(HttpResponseMessage response, bool isWrite, CancellationToken cancellationToken)
    {
        try
        {
            return response.StatusCode == HttpStatusCode.NoContent ? default! : await Service.DeserializeResponse<T>(response).ConfigureAwait(false);
        }
        catch (Exception thrown) when (GcpErrors.Map(thrown, isWrite ? true : null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>What the service says, where it says it in JSON: it does not of media, and proxies do not at all.</summary>
    private async Task<RequestError?> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
        {
            return null;
        }

        try
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
            return await Service.DeserializeError(response).ConfigureAwait(false);
        }
        catch (Exception unreadable) when (unreadable is Google.GoogleApiException or HttpRequestException or IOException)
        {
            // The status says enough.
            return null;
        }
    }
}
