using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>
/// Counts how often a write is sent. A write that is refused after a retry may have taken effect at the first attempt, whose answer was
/// lost. Only the pipeline knows of the retry. It is directly above the transport, beneath the signature and all retries. It adds no cost
/// to reads.
/// </summary>
/// <remarks>
/// <see cref="System.Net.Http.SocketsHttpHandler"/> sends a request without content again when its connection ends before the answer,
/// beneath every policy. So this policy gives such writes an empty content, which stops the handler. The handler also resends while a
/// request with <c>Expect: 100-continue</c> waits. Those requests count as repeated.
/// </remarks>
internal sealed class SendingPolicy : HttpPipelinePolicy
{
    private const string Expect = "Expect";

    private static readonly object Noted = new();

    /// <summary>Answers to requests that may have been sent before, and the failures of such requests.</summary>
    private readonly ConditionalWeakTable<object, object> _toRepeated = [];

    /// <summary>Whether the request that was answered so may have been sent before.</summary>
    public bool IsToRepeated(Response response) => _toRepeated.TryGetValue(response, out _);

    /// <summary>Returns whether a failed request may have been sent before, apart from the information in the failure itself.</summary>
    public bool IsToRepeated(Exception failure) =>
        failure is AggregateException attempts ? attempts.InnerExceptions.Any(IsToRepeated) : _toRepeated.TryGetValue(failure, out _);

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        IsRead(message) ? ProcessNextAsync(message, pipeline) : SendAsync(message, pipeline);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (IsRead(message))
        {
            ProcessNext(message, pipeline);
            return;
        }

        bool isRepeated = Prepare(message);
        try
        {
            ProcessNext(message, pipeline);
        }
        catch (Exception failure)
        {
            // A retry of this message must know that this attempt may have arrived.
            NoteFailure(message, failure, isRepeated);
            throw;
        }

        NoteAnswer(message, isRepeated);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        bool isRepeated = Prepare(message);
        try
        {
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // A retry of this message must know that this attempt may have arrived.
            NoteFailure(message, failure, isRepeated);
            throw;
        }

        NoteAnswer(message, isRepeated);
    }

    private static bool IsRead(HttpMessage message) =>
        message.Request.Method == RequestMethod.Get || message.Request.Method == RequestMethod.Head;

    /// <returns>Whether the request may have been sent before, or be sent twice beneath this policy.</returns>
    private static bool Prepare(HttpMessage message)
    {
        message.Request.Content ??= EmptyContent.Instance;
        return message.TryGetProperty(typeof(SendingPolicy), out _) || message.Request.Headers.Contains(Expect);
    }

    private void NoteFailure(HttpMessage message, Exception failure, bool isRepeated)
    {
        if (isRepeated)
        {
            _toRepeated.AddOrUpdate(failure, Noted);
        }

        if (!UpstreamErrors.WasNeverSent(failure))
        {
            message.SetProperty(typeof(SendingPolicy), Noted);
        }
    }

    private void NoteAnswer(HttpMessage message, bool isRepeated)
    {
        if (isRepeated)
        {
            _toRepeated.AddOrUpdate(message.Response, Noted);
        }

        message.SetProperty(typeof(SendingPolicy), Noted);
    }
}
