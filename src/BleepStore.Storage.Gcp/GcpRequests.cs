using System.Net;
using System.Runtime.ExceptionServices;
using BleepStore.Storage.Backends;
using Google;
using Google.Apis.Requests;
using Google.Apis.Storage.v1;
using Newtonsoft.Json;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp;

/// <summary>
/// Sends requests, sends them again, and maps what they answer and throw. The SDK builds its requests and reads its answers. They are sent here,
/// because its exceptions do not have the headers of the answer, and because it does not notice an answer that breaks off after its headers.
/// </summary>
/// <param name="clients">The client.</param>
/// <param name="time">The clock.</param>
internal sealed class GcpRequests(GcpClients clients, TimeProvider time)
{
    /// <summary>For a request with all its retries, to the end of an answer in JSON; the bytes of objects apart. A call of rewrite alone can take 30 seconds ("Objects: rewrite").</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>The slowest line that is waited for, in bytes a second.</summary>
    private const long SlowestLine = 64 * 1024;

    private StorageService Service => clients.Service;

    public async Task<T> ReadAsync<T>(ClientServiceRequest<T> request, CancellationToken cancellationToken) =>
        (await ReadDatedAsync(request, cancellationToken).ConfigureAwait(false)).Document;

    /// <summary>Reads a document together with the service's time.</summary>
    public Task<Dated<T>> ReadDatedAsync<T>(ClientServiceRequest<T> request, CancellationToken cancellationToken) =>
        SendAsync(() => request.CreateRequest(), Repeats.Read, new Tries(), Deadline, new DocumentReader<T>(this, Proofs.NameIn(request), isWrite: false).ReadAsync, cancellationToken);

    /// <summary>Changes something.</summary>
    /// <param name="request">The request.</param>
    /// <param name="repeats">Whether it may be repeated when its outcome is in doubt.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public Task<T> WriteAsync<T>(ClientServiceRequest<T> request, Repeats repeats, CancellationToken cancellationToken) =>
        WriteAsync(request, repeats, new Tries(), cancellationToken);

    /// <param name="request">The request.</param>
    /// <param name="repeats">Whether it may be repeated when its outcome is in doubt.</param>
    /// <param name="tries">What is left of the call's tries.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<T> WriteAsync<T>(ClientServiceRequest<T> request, Repeats repeats, Tries tries, CancellationToken cancellationToken)
    {
        var reader = new DocumentReader<T>(this, Proofs.NameIn(request), isWrite: true);
        return (await SendAsync(() => request.CreateRequest(), repeats, tries, Deadline, reader.ReadAsync, cancellationToken).ConfigureAwait(false)).Document;
    }

    /// <summary>Stores an object in one request.</summary>
    /// <param name="address">Where.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="content">The resource and the bytes; opened anew for each try.</param>
    /// <param name="repeats">Whether it may be repeated when its outcome is in doubt.</param>
    /// <param name="tries">What is left of the call's tries.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<GcsObject> InsertAsync(Uri address, string name, UploadContent content, Repeats repeats, Tries tries, CancellationToken cancellationToken)
    {
        TimeSpan deadline = Deadline + TimeSpan.FromSeconds((double)content.MediaLength / SlowestLine);
        var reader = new DocumentReader<GcsObject>(this, name, isWrite: true);
        return (await SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, address) { Content = content }, repeats, tries, deadline, reader.ReadAsync, cancellationToken).ConfigureAwait(false)).Document;
    }

    /// <summary>Opens a body; whoever gets the answer disposes it.</summary>
    public Task<HttpResponseMessage> OpenAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken) =>
        SendAsync(create, Repeats.Read, new Tries(), Deadline, static (response, _) => Task.FromResult(response), cancellationToken);

    /// <param name="create">Makes the request anew for each try: none can be sent twice.</param>
    /// <param name="repeats">Whether it may be repeated when its outcome is in doubt.</param>
    /// <param name="tries">What is left of the call's tries.</param>
    /// <param name="deadline">For all tries, to the end of the answer.</param>
    /// <param name="read">Reads an answer that is a success.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    private async Task<T> SendAsync<T>(
        Func<HttpRequestMessage> create,
        Repeats repeats,
        Tries tries,
        TimeSpan deadline,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        while (true)
        {
            tries.Use();
            bool? mayHaveLanded = repeats == Repeats.Read ? null : clients.MayRepeat || tries.MayHaveLanded;
            Try<T> made = await TryAsync(create(), mayHaveLanded, read, either.Token, cancellationToken).ConfigureAwait(false);
            tries.MayHaveLanded |= made.IsInDoubt;
            if (made.Failure is not { } failure)
            {
                return made.Answer!;
            }

            if (!CanRepeat(made, repeats, tries) || !await WaitAsync(tries.Used, failure, either.Token, cancellationToken).ConfigureAwait(false))
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }

    private bool CanRepeat<T>(Try<T> made, Repeats repeats, Tries tries) =>
        made.IsTransient
        && (repeats != Repeats.Once || !made.IsInDoubt)
        && tries.AreLeft
        && (!clients.IsGiven || (made.BrokeOff && tries.Used < Retries.MaxTriesOfGivenClient));

    /// <returns>Whether to go on: not where the service asks for more patience than a call has, nor past the deadline.</returns>
    private async Task<bool> WaitAsync(int failedTry, StorageException failure, CancellationToken either, CancellationToken cancellationToken)
    {
        if (failure.RetryAfter > Retries.LongestWait)
        {
            return false;
        }

        try
        {
            await Task.Delay(Retries.Wait(failedTry, failure.RetryAfter), time, either).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <param name="message">The request.</param>
    /// <param name="mayHaveLanded">For a write, whether an earlier try may have been carried out; <see langword="null"/> for a read.</param>
    /// <param name="read">Reads an answer that is a success.</param>
    /// <param name="either">The caller's token or the deadline.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    private async Task<Try<T>> TryAsync<T>(
        HttpRequestMessage message, bool? mayHaveLanded, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken either, CancellationToken cancellationToken)
    {
        bool isWrite = mayHaveLanded is not null;
        if (isWrite)
        {
            // Without content SocketsHttpHandler sends a write again by itself, beneath every count, when the connection ends before the answer.
            message.Content ??= new ByteArrayContent([]);
        }

        HttpResponseMessage response;
        try
        {
            response = await Service.HttpClient.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either).ConfigureAwait(false);
        }
        catch (Exception thrown) when (GcpErrors.Map(thrown, mayHaveLanded, cancellationToken) is { } error)
        {
            return Try<T>.Thrown(error, thrown, isWrite, brokeOff: false);
        }

        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                StorageException refusal = GcpErrors.FromAnswer(response, await ErrorAsync(response, either, cancellationToken).ConfigureAwait(false), time, mayHaveLanded);
                return new Try<T>(default, refusal)
                {
                    IsTransient = Retries.IsTransient(response.StatusCode),
                    IsInDoubt = UpstreamErrors.IsOutcomeUnknown((int)response.StatusCode, isWrite ? false : null),
                };
            }
        }

        try
        {
            return new Try<T>(await read(response, either).ConfigureAwait(false), null);
        }
        catch (Exception thrown) when (GcpErrors.Map(thrown, isWrite ? true : null, cancellationToken) is { } error)
        {
            return Try<T>.Thrown(error, thrown, isWrite, brokeOff: true);
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
            unreadable is GoogleApiException or HttpRequestException or IOException
            || (unreadable is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The status says enough.
            return null;
        }
    }

    /// <summary>Reads documents, and believes only those that are what was asked for.</summary>
    private sealed class DocumentReader<T>(GcpRequests requests, string? name, bool isWrite)
    {
        public async Task<Dated<T>> ReadAsync(HttpResponseMessage response, CancellationToken either)
        {
            using (response)
            {
                // The SDK reads without a token: a service that stops after the headers would hold the call for ever.
                await response.Content.LoadIntoBufferAsync(either).ConfigureAwait(false);
                T document;
                try
                {
                    document = await requests.Service.DeserializeResponse<T>(response).ConfigureAwait(false);
                }
                catch (Exception noDocument) when (noDocument is GoogleApiException or JsonException)
                {
                    throw GcpErrors.Unproved(response, "a document", isWrite, noDocument);
                }

                return Proofs.Fault(document, name) is { } missing
                    ? throw GcpErrors.Unproved(response, missing, isWrite, cause: null)
                    : new Dated<T>(document, response.Headers.Date);
            }
        }
    }
}
