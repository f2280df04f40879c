using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using BleepStore.Samples.Backend.Service;
using BleepStore.Storage;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Samples.Backend;

/// <summary>Keeps objects in the Depot service. Thread-safe.</summary>
internal sealed partial class DepotBackend : StorageBackend
{
    private readonly HttpClient _client;
    private readonly TimeProvider _time;

    /// <param name="options">The options, which are valid.</param>
    /// <param name="handler">Sends the requests. <see langword="null"/> uses the handler of .NET.</param>
    /// <param name="timeProvider">The clock. <see langword="null"/> uses the system's.</param>
    public DepotBackend(DepotBackendOptions options, HttpMessageHandler? handler, TimeProvider? timeProvider)
    {
        _client = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        _client.BaseAddress = options.ServiceUrl;

        // The limits of the store count instead. They end a transfer that stands still, and not one that takes long.
        _client.Timeout = Timeout.InfiniteTimeSpan;
        _time = timeProvider ?? TimeProvider.System;
    }

    public override string Provider => "depot";

    public override StorageCapabilities Capabilities { get; } = new()
    {
        MaxKeyBytes = DepotService.MaxNameBytes,
        SupportsMultipart = false,

        // The service sorts names. A key with an escape is listed where its name is.
        ListsInKeyOrder = false,
    };

    public override async Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        await ListBucketsAsync(new ListBucketsRequest { PageSize = 1 }, cancellationToken).ConfigureAwait(false);
        if (request.ProbeWrite)
        {
            string bucket = $"probe-{Guid.NewGuid():N}";
            await CreateBucketAsync(new CreateBucketRequest { Bucket = bucket }, cancellationToken).ConfigureAwait(false);
            await DeleteBucketAsync(new DeleteBucketRequest { Bucket = bucket }, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _client.Dispose();
        }

        base.Dispose(disposing);
    }

    private static HttpRequestMessage Request(HttpMethod method, string bucket, string? key = null) =>
        new(method, key is null ? bucket : $"{bucket}/{Uri.EscapeDataString(DepotNames.Name(key))}");

    private static HttpRequestMessage WriteRequest(HttpMethod method, string bucket, string? key = null)
    {
        HttpRequestMessage request = Request(method, bucket, key);

        // Without content, the handler of .NET sends a request again by itself when the connection ends before the answer.
        request.Content = new ByteArrayContent([]);
        return request;
    }

    private static void AddCondition(HttpRequestMessage request, WriteCondition condition)
    {
        if (condition.IfRevision is { } revision)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(EntityTag.Quote(revision)));
        }

        if (condition.IfAbsent)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        }
    }

    private static StorageException? Map(Exception thrown, bool isWrite, RequestTimer timer) =>
        timer.Explain(thrown, isWrite) ?? DepotErrors.Unanswered(thrown, isWrite);

    /// <summary>Sends a request. Returns the success, and throws everything else.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, RequestTimer timer)
    {
        bool isWrite = request.Content is not null; // Every write has content.
        HttpResponseMessage answer;
        try
        {
            answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timer.Token).ConfigureAwait(false);
        }
        catch (Exception thrown) when (Map(thrown, isWrite, timer) is { } error)
        {
            throw error;
        }

        if (answer.IsSuccessStatusCode && DepotErrors.RequestId(answer) is not null)
        {
            return answer;
        }

        using (answer)
        {
            throw answer.IsSuccessStatusCode ? DepotErrors.Unproved(answer, "a request id", isWrite) : DepotErrors.Refused(answer, isWrite);
        }
    }

    private async Task SendWriteAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using RequestTimer timer = RequestTimer.Start(Limits, _time, cancellationToken);
        using HttpResponseMessage answer = await SendAsync(request, timer).ConfigureAwait(false);
    }

    private async Task<T> ReadDocumentAsync<T>(string address, CancellationToken cancellationToken)
    {
        using RequestTimer timer = RequestTimer.Start(Limits, _time, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using HttpResponseMessage answer = await SendAsync(request, timer).ConfigureAwait(false);
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(timer.Token).ConfigureAwait(false)
                ?? throw DepotErrors.Unproved(answer, "a document", isWrite: false);
        }
        catch (JsonException)
        {
            throw DepotErrors.Unproved(answer, "a document that can be read", isWrite: false);
        }
        catch (Exception thrown) when (Map(thrown, isWrite: false, timer) is { } error)
        {
            throw error;
        }
    }
}
