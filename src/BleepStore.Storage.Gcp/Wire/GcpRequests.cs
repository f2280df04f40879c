using System.Runtime.ExceptionServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using Google;
using Google.Apis.Requests;
using Google.Apis.Storage.v1;
using Newtonsoft.Json;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// Sends and retries requests, and maps their answers and exceptions. The SDK builds its requests and reads its answers. They are sent
/// here, because the SDK's exceptions lack the headers of the answer, and because the SDK does not notice an answer that breaks off after
/// its headers.
/// </summary>
/// <param name="clients">The client.</param>
/// <param name="limits">How long a request may stand still or stay unanswered, with all its attempts.</param>
/// <param name="userProject">The project that pays. <see langword="null"/> for the owner of the upstream bucket.</param>
/// <param name="time">The clock.</param>
internal sealed class GcpRequests(GcpClients clients, Func<RequestLimits> limits, string? userProject, TimeProvider time)
{
    /// <summary>More of a refusal is no reason, but a page.</summary>
    private const int MaxReason = 1024 * 1024;

    private readonly RequestPace _pace = new(time);

    private StorageService Service => clients.Service;

    /// <summary>How long this store waits.</summary>
    public RequestLimits Limits => limits();

    public async Task<T> ReadAsync<T>(ClientServiceRequest<T> request, CancellationToken cancellationToken) =>
        (await ReadDatedAsync(request, cancellationToken).ConfigureAwait(false)).Document;

    /// <summary>Reads a document together with the service's time.</summary>
    public Task<Dated<T>> ReadDatedAsync<T>(ClientServiceRequest<T> request, CancellationToken cancellationToken)
    {
        var reader = new DocumentReader<T>(this, Proof.NameIn(request), isWrite: false);
        return SendAsync(
            _ => request.CreateRequest(), Repeats.Read, new Tries(), worksOnServer: false, reader.ReadAsync, cancellationToken);
    }

    /// <summary>
    /// Reads an object's resource. The SDK finds the parameters of each request by reflection, which took a third of the processor time of
    /// a small get.
    /// </summary>
    /// <param name="address">The address of the resource.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<GcsObject> ReadObjectAsync(Uri address, string name, CancellationToken cancellationToken)
    {
        var reader = new DocumentReader<GcsObject>(this, name, isWrite: false);
        return (await SendAsync(
            _ => new HttpRequestMessage(HttpMethod.Get, address),
            Repeats.Read,
            new Tries(),
            worksOnServer: false,
            reader.ReadAsync,
            cancellationToken).ConfigureAwait(false)).Document;
    }

    /// <summary>Changes something.</summary>
    /// <param name="request">The request.</param>
    /// <param name="repeats">Whether it may be repeated when its outcome is in doubt.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public Task<T> WriteAsync<T>(ClientServiceRequest<T> request, Repeats repeats, CancellationToken cancellationToken) =>
        WriteAsync(request, repeats, new Tries(), cancellationToken);

    /// <param name="request">The request.</param>
    /// <param name="repeats">Whether it may be repeated when its outcome is in doubt.</param>
    /// <param name="tries">The remaining attempts of the call.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<T> WriteAsync<T>(ClientServiceRequest<T> request, Repeats repeats, Tries tries, CancellationToken cancellationToken)
    {
        var reader = new DocumentReader<T>(this, Proof.NameIn(request), isWrite: true);
        bool worksOnServer = request is ObjectsResource.ComposeRequest or ObjectsResource.RewriteRequest;
        Dated<T> answer = await SendAsync(
            _ => request.CreateRequest(), repeats, tries, worksOnServer, reader.ReadAsync, cancellationToken).ConfigureAwait(false);
        return answer.Document;
    }

    /// <summary>Stores an object in one request.</summary>
    /// <param name="address">The upstream bucket.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="content">The resource and the bytes, which are opened again for each attempt.</param>
    /// <param name="repeats">Whether it may be repeated when its outcome is in doubt.</param>
    /// <param name="tries">The remaining attempts of the call.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<GcsObject> InsertAsync(
        Uri address, string name, UploadContent content, Repeats repeats, Tries tries, CancellationToken cancellationToken)
    {
        var reader = new DocumentReader<GcsObject>(this, name, isWrite: true);
        return (await SendAsync(
            timer =>
            {
                content.Watch = timer.Watch;
                return new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
            },
            repeats,
            tries,
            worksOnServer: false,
            reader.ReadAsync,
            cancellationToken).ConfigureAwait(false)).Document;
    }

    /// <summary>Opens a body. The caller disposes the answer.</summary>
    public Task<HttpResponseMessage> OpenAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken) =>
        SendAsync(
            _ => create(),
            Repeats.Read,
            new Tries(),
            worksOnServer: false,
            static (response, _) => Task.FromResult(response),
            cancellationToken);

    /// <param name="create">Creates the request again for each attempt, because it cannot be sent twice.</param>
    /// <param name="repeats">Whether it may be repeated when its outcome is in doubt.</param>
    /// <param name="tries">The remaining attempts of the call.</param>
    /// <param name="worksOnServer">Whether the answer takes work on the server.</param>
    /// <param name="read">Reads an answer that is a success.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    private async Task<T> SendAsync<T>(
        Func<RequestTimer, HttpRequestMessage> create,
        Repeats repeats,
        Tries tries,
        bool worksOnServer,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        // One timer covers all attempts, so a service that never answers is not tried seven times.
        using RequestTimer timer = worksOnServer
            ? RequestTimer.StartServerWork(limits(), time, cancellationToken)
            : RequestTimer.Start(limits(), time, cancellationToken);
        while (true)
        {
            tries.Use();
            bool? mayHaveLanded = repeats == Repeats.Read ? null : clients.MayRepeat || tries.MayHaveLanded;
            Try<T> made = await TryAsync(create(timer), mayHaveLanded, read, timer, cancellationToken).ConfigureAwait(false);
            tries.MayHaveLanded |= made.IsInDoubt;
            if (made.Failure is not { } failure)
            {
                return made.Answer!;
            }

            if (!CanRepeat(made, repeats, tries)
                || !await WaitAsync(tries.Used, failure, timer.Token, cancellationToken).ConfigureAwait(false))
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }

    private bool CanRepeat<T>(Try<T> made, Repeats repeats, Tries tries) =>
        made.IsTransient
        && (repeats != Repeats.Once || !made.IsInDoubt)
        && tries.AreLeft(limits())
        && (!clients.IsGiven || (made.BrokeOff && tries.Used < Retries.MaxTriesOfGivenClient));

    /// <returns>
    /// Returns whether to continue. It stops when the service asks for a longer wait than a call allows, or at the deadline.
    /// </returns>
    private async Task<bool> WaitAsync(
        int failedTry, StorageException failure, CancellationToken limited, CancellationToken cancellationToken)
    {
        if (failure.RetryAfter > Retries.LongestWait)
        {
            return false;
        }

        try
        {
            await Task.Delay(Retries.Wait(failedTry, failure.RetryAfter), time, limited).ConfigureAwait(false);
            UpstreamTelemetry.CountRetry(GcpClients.Provider);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <param name="message">The request.</param>
    /// <param name="mayHaveLanded">
    /// For a write, whether an earlier attempt may have taken effect. <see langword="null"/> for a read.
    /// </param>
    /// <param name="read">Reads an answer that is a success.</param>
    /// <param name="timer">Ends the request when it stands still or stays unanswered.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    private async Task<Try<T>> TryAsync<T>(
        HttpRequestMessage message,
        bool? mayHaveLanded,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        RequestTimer timer,
        CancellationToken cancellationToken)
    {
        bool isWrite = mayHaveLanded is not null;
        if (isWrite)
        {
            // Without content, SocketsHttpHandler resends a write by itself when the connection ends before the answer. No count includes
            // that attempt.
            message.Content ??= new ByteArrayContent([]);
        }

        if (userProject is not null)
        {
            message.RequestUri = Paid(message.RequestUri!, userProject);
        }

        HttpResponseMessage response;
        try
        {
            const HttpCompletionOption headers = HttpCompletionOption.ResponseHeadersRead;
            await _pace.EnterAsync(timer.Token).ConfigureAwait(false);
            response = await Service.HttpClient.SendAsync(message, headers, timer.Token).ConfigureAwait(false);
        }
        catch (Exception thrown) when (MapFailure(thrown, mayHaveLanded, timer, cancellationToken) is { } error)
        {
            return Try<T>.Thrown(error, thrown, isWrite, brokeOff: false);
        }

        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                RequestError? reason = await ErrorAsync(response, timer.Token, cancellationToken).ConfigureAwait(false);
                StorageException refusal = GcpErrors.FromAnswer(response, reason, time, mayHaveLanded);
                _pace.Answered((int)response.StatusCode, refusal.RetryAfter, refusal.Code);
                return new Try<T>(default, refusal)
                {
                    // A request over a limit can have the status 403.
                    IsTransient = refusal.Code == StorageErrorCode.SlowDown || Retries.IsTransient(response.StatusCode),
                    IsInDoubt = UpstreamErrors.IsOutcomeUnknown((int)response.StatusCode, isWrite ? false : null),
                };
            }
        }

        _pace.Answered((int)response.StatusCode);
        try
        {
            return new Try<T>(await read(response, timer.Token).ConfigureAwait(false), null);
        }
        catch (Exception thrown) when (MapFailure(thrown, isWrite ? true : null, timer, cancellationToken) is { } error)
        {
            return Try<T>.Thrown(error, thrown, isWrite, brokeOff: true);
        }
    }

    private static StorageException? MapFailure(
        Exception thrown, bool? mayHaveLanded, RequestTimer timer, CancellationToken cancellationToken)
    {
        StorageException? expired = timer.Explain(thrown, isWrite: mayHaveLanded is not null);

        // The timer knows only this attempt. An earlier one may have taken effect.
        bool knowsTooLittle = mayHaveLanded == true && expired is { IsOutcomeUnknown: false };
        return expired is null || knowsTooLittle ? GcpErrors.Map(thrown, mayHaveLanded, cancellationToken) : expired;
    }

    /// <summary>The address with the project that pays for the request ("Requester Pays").</summary>
    private static Uri Paid(Uri address, string userProject)
    {
        string separator = address.Query.Length == 0 ? "?" : "&";
        return new Uri(
            $"{address.AbsoluteUri}{separator}userProject={Uri.EscapeDataString(userProject)}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    /// <summary>
    /// Returns the service's error if it is JSON. The upload endpoint sends JSON with another content type, so only the text can tell.
    /// Errors of media downloads and of proxies are not JSON.
    /// </summary>
    private async Task<RequestError?> ErrorAsync(
        HttpResponseMessage response, CancellationToken limited, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxReason, limited).ConfigureAwait(false);
            string text = await response.Content.ReadAsStringAsync(limited).ConfigureAwait(false);
            return text.AsSpan().TrimStart() is ['{', ..] ? await Service.DeserializeError(response).ConfigureAwait(false) : null;
        }
        catch (Exception unreadable) when (
            unreadable is GoogleApiException or JsonException or HttpRequestException or IOException
            || (unreadable is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The status is sufficient.
            return null;
        }
    }

    /// <summary>Reads documents, and accepts only those that answer the request.</summary>
    private sealed class DocumentReader<T>(GcpRequests requests, string? name, bool isWrite)
    {
        public async Task<Dated<T>> ReadAsync(HttpResponseMessage response, CancellationToken limited)
        {
            using (response)
            {
                // The SDK reads without a token, so a service that stops after the headers would block the call for ever.
                await response.Content.LoadIntoBufferAsync(limited).ConfigureAwait(false);
                T document;
                try
                {
                    document = await requests.Service.DeserializeResponse<T>(response).ConfigureAwait(false);
                }
                catch (Exception noDocument) when (noDocument is GoogleApiException or JsonException)
                {
                    throw GcpErrors.Unproved(response, "a document", isWrite, noDocument);
                }

                return Proof.Fault(document, name) is { } missing
                    ? throw GcpErrors.Unproved(response, missing, isWrite, cause: null)
                    : new Dated<T>(document, response.Headers.Date);
            }
        }
    }
}
