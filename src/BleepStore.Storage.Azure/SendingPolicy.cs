using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure;

/// <summary>
/// Stands where each attempt passes. It remembers which answers came to a request that had been sent before: a write that is refused after a retry may have landed at the first
/// attempt, whose answer was lost, and only the pipeline knows that it was retried. And it gives copies the time they need. A read, and a request that is sent once, as most are, cost nothing.
/// </summary>
/// <param name="copyTimeout">How long a copy may take to be answered; <see langword="null"/> for as long as any request.</param>
internal sealed class SendingPolicy(TimeSpan? copyTimeout) : HttpPipelinePolicy
{
    private const string CopySource = "x-ms-copy-source";

    private static readonly object Sent = new();

    private readonly ConditionalWeakTable<Response, object> _toRepeated = [];

    /// <summary>Whether the request that was answered so had been sent before.</summary>
    public bool IsToRepeated(Response response) => _toRepeated.TryGetValue(response, out _);

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        Prepare(message) ? ProcessNextAsync(message, pipeline) : RepeatAsync(message, pipeline);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        bool first = Prepare(message);
        ProcessNext(message, pipeline);
        if (!first)
        {
            _toRepeated.AddOrUpdate(message.Response, Sent);
        }
    }

    /// <returns>Whether the request goes out for the first time; or reads, where it is no matter how often it does.</returns>
    private bool Prepare(HttpMessage message)
    {
        if (message.Request.Method == RequestMethod.Get)
        {
            return true;
        }

        if (copyTimeout is not null && message.Request.Headers.Contains(CopySource))
        {
            message.NetworkTimeout = copyTimeout;
        }

        return IsFirst(message);
    }

    private static bool IsFirst(HttpMessage message)
    {
        if (message.TryGetProperty(typeof(SendingPolicy), out _))
        {
            return false;
        }

        message.SetProperty(typeof(SendingPolicy), Sent);
        return true;
    }

    private async ValueTask RepeatAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        _toRepeated.AddOrUpdate(message.Response, Sent);
    }
}
